import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Fragment } from 'react'
import '@/app/styles/governance.css'
import { ButtonLink } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { type AuditRow, readAuditPage, readAuditStatus } from '@/lib/governance/audit'
import { formatDate, formatTime } from '@/lib/i18n/format'
import { may } from '@/lib/staff/permissions'
import { DeskBar } from '../_components/desk-bar'
import { toAddress, toFilter } from './_components/address'
import { AuditFilters } from './_components/filters'
import { VerifiedStatus } from './_components/status'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.audit'))('title') }
}

export default async function AuditLogPage({ searchParams }: PageProps<'/admin/audit'>) {
  const staff = await requireStaff('audit.view', '/admin/audit')
  const { filter, isDropped } = toFilter(await searchParams)
  const [page, status] = await Promise.all([readAuditPage(staff, filter), readAuditStatus(staff)])
  const t = await getTranslations('desk.audit')
  const months = (await getTranslations('common'))('months')
  return (
    <>
      <DeskBar title={t('title')} lead={t('lead')}>
        {may(staff.roles, 'audit.export') && (
          <ButtonLink className="push" href="/admin/audit/export">
            {t('copy.link')}
          </ButtonLink>
        )}
      </DeskBar>
      <AuditFilters filter={filter} staff={page.staff} />
      <div className="scroll gov">
        <div className="pad">
          <VerifiedStatus status={status} months={months} />
          {isDropped && <p role="status">{t('dropped')}</p>}
        </div>
        {page.rows.length === 0 && !page.isCut ? (
          <div className="pad">
            <div className="empty">
              <h2 className="font-semibold">{t('empty.title')}</h2>
              <p>{page.isUnknownReference ? t('empty.reference') : t('empty.text')}</p>
              <ButtonLink href="/admin/audit">{t('empty.action')}</ButtonLink>
            </div>
          </div>
        ) : (
          <Events rows={page.rows} months={months} />
        )}
      </div>
      <footer className="statusbar">
        <span>{t('shown', { count: page.rows.length })}</span>
        {page.isCut && <span>{t('cut')}</span>}
        {filter.after !== undefined && <a href={toAddress(filter)}>{t('newest')}</a>}
        {page.next !== null && (
          <a href={toAddress(filter, { after: page.next })}>{page.isCut ? t('further') : t('older')}</a>
        )}
      </footer>
    </>
  )
}

async function Events({ rows, months }: { rows: AuditRow[]; months: string }) {
  const t = await getTranslations('desk.audit')
  return (
    <table className="gov-table gov-events">
      <thead>
        <tr>
          {(['at', 'actor', 'action', 'object', 'change', 'reason', 'record'] as const).map((head) => (
            <th key={head} scope="col">
              {t(`columns.${head}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.chainId} ${row.seq}`}>
            <td className="num">
              <span className="whitespace-nowrap">{formatDate(row.at, months)}</span>{' '}
              <span className="whitespace-nowrap">{formatTime(row.at)}</span>
            </td>
            <td className="gov-who">
              <Actor actor={row.actor} />
            </td>
            <td className="ref gov-action">{breakable(row.action)}</td>
            <td>
              <a className="ref" href={toAddress({}, { object: row.object.id })}>
                {row.object.type} {row.object.id.slice(0, 8)}
              </a>
              {row.reference !== null && (
                <small>
                  {' '}
                  <a href={toAddress({}, { reference: row.reference })}>
                    {t('case', { reference: row.reference })}
                  </a>
                </small>
              )}
            </td>
            <td className="ref gov-action">
              {breakable(toChange(row, (before, after) => t('change', { before, after })))}
            </td>
            <td>
              <span className="ref">{row.reason}</span>
              {row.connection !== null && <small> {t('via', { connection: row.connection })}</small>}
            </td>
            <td className="ref">
              {row.chainId.slice(0, 8)} {row.seq}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** `verification.returned`, to be broken at its dot and underscores and nowhere else. */
function breakable(code: string) {
  return code.split(/(?<=[._])/).map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts never move
    <Fragment key={place}>
      {place > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}

async function Actor({ actor }: { actor: AuditRow['actor'] }) {
  const t = await getTranslations('desk.audit.actor')
  const kind = t.has(actor.kind as 'staff') ? t(actor.kind as 'staff') : actor.kind
  if (actor.id === null) return kind
  const name = actor.name ?? `${kind} ${actor.id.slice(0, 8)}`
  return actor.kind === 'system' ? name : <a href={toAddress({}, { actor: actor.id })}>{name}</a>
}

const HASH = /^[0-9a-f]{64}$/
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Hashes and ids are cut: the whole of one stands in the record. */
function toChange({ before, after }: AuditRow, both: (before: string, after: string) => string): string {
  const [from, to] = [before ?? '', after ?? ''].map((word) =>
    HASH.test(word) ? word.slice(0, 12) : ID.test(word) ? word.slice(0, 8) : word,
  )
  return before !== null && after !== null ? both(from ?? '', to ?? '') : ((from || to) ?? '')
}
