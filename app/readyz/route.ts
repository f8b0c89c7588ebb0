import { readiness } from '@/lib/readiness'

export const dynamic = 'force-dynamic'

/** Ready: database, migrations and keys. 503 with the name of what is missing otherwise. */
export async function GET() {
  const checks = await readiness()
  const ready = Object.values(checks).every((state) => state === 'ok')
  return Response.json(
    { status: ready ? 'ready' : 'not ready', checks },
    { status: ready ? 200 : 503, headers: { 'cache-control': 'no-store' } },
  )
}
