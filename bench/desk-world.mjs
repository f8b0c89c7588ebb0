/** Two databases of invented cases, a small and a large one, on the cluster of the benchmark. */
import { randomBytes, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { createDatabase, dropDatabase } from '../scripts/lib/postgres.mjs'
import { progress } from '../scripts/lib/progress.mjs'
import { run } from '../scripts/lib/run.mjs'
import { expectedError, onShutdown } from '../scripts/lib/shutdown.mjs'
import { startTestCluster } from '../scripts/lib/stack.mjs'

export const SMALL_CASES = 10_000

/** `large` cases in the greater one. Returns `small` and `large`, each with addresses and `cases`. */
export async function makeDesk(settings, large) {
  const cluster = await startTestCluster()
  onShutdown(cluster.stop)
  return {
    small: await makeSeeded(cluster, settings, SMALL_CASES),
    large: await makeSeeded(cluster, settings, large),
  }
}

async function makeSeeded(cluster, settings, cases) {
  const name = `bench_desk_${randomBytes(4).toString('hex')}`
  const urls = await createDatabase(cluster, name)
  onShutdown(() => dropDatabase(cluster, name))
  const env = { ...process.env, ...settings, DATABASE_URL: urls.appUrl, DATABASE_ADMIN_URL: urls.ownerUrl }
  const program = async (title, args) => {
    const { code, output } = await progress(title, () => run(process.execPath, args, { env }))
    if (code !== 0) throw expectedError(`${output.trimEnd()}\n${title}: this failed.`)
  }
  await program('Migrating', ['dist/migrate.mjs'])
  await program(`Inventing ${cases} cases`, ['dist/seed.mjs', '--cases', String(cases)])
  return { ...urls, cases }
}

/** Gives a hundred open cases of a database to one invented reviewer; their id. */
export async function assignSome({ ownerUrl }) {
  const me = randomUUID()
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  await sql`update reviews set assignee_id = ${me} where verification_id in (
    select verification_id from reviews where closed_at is null order by verification_id limit 100)`
  await sql`vacuum (analyze) reviews`
  await sql.end()
  return me
}
