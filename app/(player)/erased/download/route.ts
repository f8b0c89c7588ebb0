import { cookies } from 'next/headers'
import { cookieName } from '@/lib/auth/cookies'
import { respondToBrowser } from '@/lib/respond'
import { findByPass } from '@/lib/rights/erased-pass'

/** The certificate of an erasure as a file, for the browser in which it was asked for. */
export function GET() {
  return respondToBrowser(async () => {
    const signed = await findByPass((await cookies()).get(cookieName('erased'))?.value ?? '')
    if (signed === null) return new Response(null, { status: 404 })
    return new Response(JSON.stringify(signed, null, 2), {
      headers: {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="erasure-certificate.json"',
        'cache-control': 'private, no-store',
        'content-security-policy': "default-src 'none'; sandbox",
      },
    })
  })
}
