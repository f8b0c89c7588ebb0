import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import '@/app/styles/governance.css'
import { Button } from '@/components/ui/button'
import { Fold } from '@/components/ui/fold'
import { requireStaff } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { readPolicies, readVersion } from '@/lib/governance/policies'
import { may } from '@/lib/staff/permissions'
import { Choice } from '../../../_components/choice'
import { DeskBar } from '../../../_components/desk-bar'
import { Difference } from '../../_components/difference'
import { begin } from '../../actions'

const HASH = /^[0-9a-f]{64}$/

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.policy'))('title') }
}

export default async function VersionPage({
  params,
  searchParams,
}: PageProps<'/admin/policy/versions/[sha256]'>) {
  const { sha256 } = await params
  const staff = await requireStaff('policy.view', `/admin/policy/versions/${encodeURIComponent(sha256)}`)
  const { against } = await searchParams
  const other = typeof against === 'string' && HASH.test(against) ? against : null
  if (!HASH.test(sha256)) notFound()
  const page = await readVersion(staff, sha256, other).catch(orNotFound)
  const { versions } = await readPolicies(staff)
  const t = await getTranslations('desk.policy.version')
  return (
    <>
      <DeskBar title={t('title', { version: page.version })} lead={t('lead', { hash: page.sha256 })} />
      <div className="scroll pad gov">
        <section>
          {page.inForce.sha256 === sha256 && <p>{t('isInForce')}</p>}
          {page.inForce.sha256 !== sha256 && may(staff.roles, 'policy.draft') && (
            <form action={begin}>
              <input type="hidden" name="from" value={sha256} />
              <p className="quiet gov-text">{t('proposeText')}</p>
              <Button>{t('propose')}</Button>
            </form>
          )}
          <form method="get" className="gov-form-line">
            <Choice name="against" label={t('choose')} value={page.against.sha256}>
              {[page.inForce, ...versions.filter((one) => one.sha256 !== page.inForce.sha256)].map((one) => (
                <option key={one.sha256} value={one.sha256}>
                  {one.version} · {one.sha256.slice(0, 12)}
                </option>
              ))}
            </Choice>
            <Button>{t('show')}</Button>
          </form>
        </section>
        {page.against.sha256 !== sha256 && <Difference {...page.against} />}
        <section>
          <Fold title={t('json')} open alone>
            <pre className="gov-json">{page.json}</pre>
          </Fold>
        </section>
      </div>
    </>
  )
}

function orNotFound(error: unknown): never {
  if (isAppError(error, 'not_found')) notFound()
  throw error
}
