import { getLocale } from 'next-intl/server'
import { requireApiPlayer } from '@/lib/auth/guards'
import { countUse } from '@/lib/rate-limit'
import { respondToBrowser } from '@/lib/respond'
import { exportData, toJsonStream } from '@/lib/rights/export'
import { toPdfStream } from '@/lib/rights/pdf'

const TYPES = { json: 'application/json', pdf: 'application/pdf' } as const

/** Everything that is held about the signed-in player, as a file (FE-11). A copied address gives somebody else their own. */
export function GET(_request: Request, { params }: RouteContext<'/me/export/[form]/download'>) {
  return respondToBrowser(async () => {
    const player = await requireApiPlayer()
    const { form } = await params
    if (form !== 'json' && form !== 'pdf') return new Response(null, { status: 404 })
    await countUse('export', player.id)
    const signed = await exportData(player, await getLocale(), form)
    return new Response(form === 'json' ? toJsonStream(signed) : toPdfStream(signed.export), {
      headers: {
        'content-type': TYPES[form],
        'content-disposition': `attachment; filename="my-data.${form}"`,
        'cache-control': 'private, no-store',
        'content-security-policy': "default-src 'none'; sandbox",
      },
    })
  })
}

/** Looking without taking: nothing is read or recorded. */
export function HEAD() {
  return new Response(null, { status: 405, headers: { allow: 'GET' } })
}
