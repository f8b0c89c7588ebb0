import { requireApiPlayer } from '@/lib/auth/guards'
import { findSignedReceipt } from '@/lib/consent/consent'
import { respondToBrowser } from '@/lib/respond'

/** The signed receipt exactly as stored, as a file; only for the player who gave the consent. */
export function GET(_request: Request, { params }: RouteContext<'/me/receipts/[id]/download'>) {
  return respondToBrowser(async () => {
    const player = await requireApiPlayer()
    const { id } = await params
    const receipt = await findSignedReceipt(player, id)
    if (receipt === null) return new Response(null, { status: 404 })
    return new Response(receipt, {
      headers: {
        'content-type': 'application/json',
        'content-disposition': `attachment; filename="consent-receipt-${id}.json"`,
        'cache-control': 'private, no-store',
        'content-security-policy': "default-src 'none'; sandbox",
      },
    })
  })
}
