import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import '@/app/styles/governance.css'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { type PolicyOverview, readPolicies } from '@/lib/governance/policies'
import { formatMoment } from '@/lib/i18n/format'
import { may } from '@/lib/staff/permissions'
import { DeskBar } from '../_components/desk-bar'
import { begin } from './actions'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.policy'))('title') }
}

const DONE = ['published', 'discarded'] as const

export default async function PolicyPage({ searchParams }: PageProps<'/admin/policy'>) {
  const staff = await requireStaff('policy.view', '/admin/policy')
  const done = oneOf(readParam(await searchParams, 'done'), DONE, null)
  const page = await readPolicies(staff)
  const t = await getTranslations('desk.policy')
  const { inForce } = page
  return (
    <>
      <DeskBar title={t('title')} lead={t('lead')} />
      <div className="scroll pad gov">
        {done !== null && (
          <section role="status">
            <Banner tone="passed" title={t('done.title')}>
              <p>{t(`done.${done}`)}</p>
            </Banner>
          </section>
        )}
        <section>
          <Banner
            tone={inForce.origin === 'file' ? 'pending' : 'info'}
            title={<h2>{t('inForce.title', { version: inForce.version })}</h2>}
          >
            <p>{t(`inForce.${inForce.origin}`)}</p>
          </Banner>
          <div className="gov-form-line">
            <ButtonLink href={`/admin/policy/versions/${inForce.sha256}`}>{t('inForce.look')}</ButtonLink>
            {may(staff.roles, 'policy.draft') && (
              <form action={begin}>
                <input type="hidden" name="from" value="current" />
                <Button look="primary">{t('inForce.draft')}</Button>
              </form>
            )}
          </div>
        </section>
        <Drafts page={page} />
        <Publications page={page} />
        <Versions page={page} />
      </div>
    </>
  )
}

async function Drafts({ page }: { page: PolicyOverview }) {
  const t = await getTranslations('desk.policy.drafts')
  const months = (await getTranslations('common'))('months')
  return (
    <section aria-labelledby="drafts">
      <h2 id="drafts" className="desk-h2">
        {t('title')}
      </h2>
      {page.drafts.length === 0 && <p className="quiet">{t('empty')}</p>}
      {page.drafts.length > 0 && (
        <ul className="lines">
          {page.drafts.map(({ id, version, editors, changedAt }) => (
            <li key={id}>
              <a href={`/admin/policy/drafts/${id}`}>
                {version === null ? t('unnamed') : t('name', { version })}
              </a>
              <span>{t('by', { names: editors.join(', ') })}</span>
              <span className="quiet num">{t('changed', { at: formatMoment(changedAt, months) })}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

async function Publications({ page }: { page: PolicyOverview }) {
  const t = await getTranslations('desk.policy.publications')
  const months = (await getTranslations('common'))('months')
  return (
    <section aria-labelledby="publications">
      <h2 id="publications" className="desk-h2">
        {t('title')}
      </h2>
      {page.publications.length === 0 ? (
        <p className="quiet">{t('empty')}</p>
      ) : (
        <table className="gov-table">
          <thead>
            <tr>
              {(['version', 'at', 'by', 'draftedBy', 'hash'] as const).map((head) => (
                <th key={head} scope="col">
                  {t(head)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {page.publications.map(({ seq, sha256, version, at, by, draftedBy, alone }) => (
              <tr key={seq}>
                <th scope="row">
                  <a href={`/admin/policy/versions/${sha256}`}>{version}</a>
                </th>
                <td className="num">{formatMoment(at, months)}</td>
                <td>{by}</td>
                <td>
                  {draftedBy.join(', ')} {alone && <small>{t('alone')}</small>}
                </td>
                <td className="ref">{sha256.slice(0, 12)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

async function Versions({ page }: { page: PolicyOverview }) {
  const t = await getTranslations('desk.policy.versions')
  const words = await getTranslations('desk.policy.publications')
  const months = (await getTranslations('common'))('months')
  return (
    <section aria-labelledby="versions">
      <h2 id="versions" className="desk-h2">
        {t('title')}
      </h2>
      <p className="quiet gov-text">{page.versions.length === 0 ? t('empty') : t('text')}</p>
      {page.versions.length > 0 && (
        <table className="gov-table">
          <thead>
            <tr>
              <th scope="col">{words('version')}</th>
              <th scope="col">{t('origin')}</th>
              <th scope="col">{t('since')}</th>
              <th scope="col">{words('hash')}</th>
            </tr>
          </thead>
          <tbody>
            {page.versions.map(({ sha256, version, origin, createdAt }) => (
              <tr key={sha256}>
                <th scope="row">
                  <a href={`/admin/policy/versions/${sha256}`}>{version}</a>
                </th>
                <td>{t(`origins.${origin as 'staff'}`)}</td>
                <td className="num">{formatMoment(createdAt, months)}</td>
                <td className="ref">{sha256.slice(0, 12)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
