import { randomBytes } from 'node:crypto'
import { escapeMarkup } from '../documents/xml'
import { bytes, type Reply } from '../http'
import { STYLE } from './style'

interface Page {
  status?: number
  title: string
  /** Markup, already escaped where it has to be. */
  body: string
  head?: string
  /** The one script of the page, run with the page's nonce. */
  script?: string
}

/** A whole page: marked as a sandbox, never stored, never framed, its address never passed on. */
export function page({ status = 200, title, body, head = '', script }: Page): Reply {
  const nonce = randomBytes(16).toString('base64')
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeMarkup(title)} · Sandbox</title>
<style nonce="${nonce}">${STYLE}</style>${head}
</head>
<body>
<header class="test"><p><b>Sandbox: no government site.</b> Everyone here is invented.</p></header>
<main>
${body}
</main>${script ? `\n<script nonce="${nonce}">${script}</script>` : ''}
</body>
</html>
`
  const reply = bytes(status, 'text/html; charset=utf-8', html)
  return { ...reply, headers: { ...reply.headers, ...pageHeaders(nonce) } }
}

/** A page with one thing to say. */
export function messagePage(status: number, title: string, sentence: string): Reply {
  const body = `<div class="message"><h1>${escapeMarkup(title)}</h1><p class="lead">${escapeMarkup(sentence)}</p></div>`
  return page({ status, title, body })
}

/** Any page of a vendor that is down. */
export function unavailablePage(): Reply {
  return messagePage(503, 'Not available', 'Try again later.')
}

function pageHeaders(nonce: string): Record<string, string> {
  // No form-action: browsers apply it to the redirect that follows the form, which leads to the app.
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; frame-ancestors 'none'`
  return {
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  }
}
