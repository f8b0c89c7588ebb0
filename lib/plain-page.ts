// Script-free pages for moments when no page of the app can be drawn: database away, too many requests, a request that
// cannot be read. English and Hindi together, since the language may be unknown here.

export interface PlainPage {
  status: number
  title: string
  titleHindi: string
  /** What happened, whose side, what to do, what is kept. */
  text: string
  textHindi: string
  retryAfterSeconds?: number
  /** The browser opens the same address again by itself after so many seconds. */
  reloadSeconds?: number
}

export const DATABASE_AWAY: PlainPage = {
  status: 503,
  title: 'We cannot reach our records right now.',
  titleHindi: 'अभी हम अपने रिकॉर्ड तक नहीं पहुँच पा रहे हैं।',
  text: 'It is on our side, not yours. What you did until now is kept. This page tries again by itself.',
  textHindi: 'दिक़्क़त हमारी ओर से है, आपकी नहीं। अब तक आपने जो किया वह सुरक्षित है। यह पेज अपने आप फिर कोशिश करता है।',
  retryAfterSeconds: 5,
  reloadSeconds: 5,
}

/** Too many tries; says when to come back. */
export function tooManyPage(retryAfterSeconds: number): PlainPage {
  const minutes = Math.max(1, Math.ceil(retryAfterSeconds / 60))
  return {
    status: 429,
    title: 'That was often in a short time.',
    titleHindi: 'थोड़े समय में बहुत बार कोशिश हुई।',
    text: `Try again in ${minutes} min. Your consent and all you did until now are kept.`,
    textHindi: `${minutes} मिनट बाद फिर कोशिश करें। आपकी सहमति और अब तक का काम सुरक्षित है।`,
    retryAfterSeconds,
  }
}

export const NOT_READABLE: PlainPage = {
  status: 400,
  title: 'We cannot read this address.',
  titleHindi: 'यह पता पढ़ा नहीं जा सका।',
  text: 'It is incomplete or was changed on the way. Nothing was read and nothing was lost. Go back to where you began.',
  textHindi: 'पता अधूरा है या रास्ते में बदल गया। कुछ पढ़ा नहीं गया और कुछ खोया नहीं। जहाँ से शुरू किया था वहीं लौटें।',
}

export const NOT_FROM_HERE: PlainPage = {
  status: 403,
  title: 'This did not come from one of our pages.',
  titleHindi: 'यह अनुरोध हमारे किसी पेज से नहीं आया।',
  text: 'For your safety nothing was done. Open the page here and press the button again.',
  textHindi: 'आपकी सुरक्षा के लिए कुछ नहीं किया गया। यहीं पेज खोलकर बटन फिर दबाएँ।',
}

/** Headers of a plain page: no script, no source but its own style by hash-free attributes, never stored. */
export function plainHeaders(page: PlainPage): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    ...(page.retryAfterSeconds === undefined ? {} : { 'retry-after': String(page.retryAfterSeconds) }),
  }
}

/** The page as HTML; only fixed texts of this file go in. */
export function plainHtml(page: PlainPage): string {
  const reload =
    page.reloadSeconds === undefined ? '' : `<meta http-equiv="refresh" content="${page.reloadSeconds}">`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">${reload}<title>${page.title}</title></head>
<body><main><h1>${page.title}</h1><p>${page.text}</p><hr><div lang="hi"><h2>${page.titleHindi}</h2><p>${page.textHindi}</p></div>
<p><a href="/">Back to the start · <span lang="hi">शुरुआत पर लौटें</span></a></p></main></body></html>`
}

/** The page as a Response of a route handler. */
export function plainResponse(page: PlainPage): Response {
  return new Response(plainHtml(page), { status: page.status, headers: plainHeaders(page) })
}
