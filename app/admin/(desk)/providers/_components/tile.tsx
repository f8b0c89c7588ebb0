import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { CallFigures, ConnectionTile } from '@/lib/connections/overview'
import { formatMoment } from '@/lib/i18n/format'
import { changeOrder } from '../actions'
import { formatShare, formatSpan } from './figures'
import { BreakerLine, StateMark } from './state-mark'

interface Props {
  tile: ConnectionTile
  /** From 1. */
  place: number
  of: number
  version: number
  canChange: boolean
}

/** One connection: how it fares, what it costs, and where it stands in the order. */
export async function Tile({ tile, place, of, version, canChange }: Props) {
  const t = await getTranslations('desk.providers')
  const { id, displayName, host, takesPlayers, starts } = tile
  const title = `provider-${id}`
  return (
    <li className={takesPlayers ? 'provider' : 'provider provider-off'} aria-labelledby={title}>
      <header>
        <span className="provider-place">{place}</span>
        <h2 id={title}>
          <a href={`/admin/providers/${id}`}>{displayName}</a>
          <small>{host}</small>
        </h2>
        <StateMark tile={tile} />
      </header>
      {tile.breaker.state !== 'closed' && (
        <p className="provider-breaker">
          <BreakerLine tile={tile} />
        </p>
      )}
      <Figures tile={tile} />
      <dl className="provider-facts">
        <div>
          <dt>{t('starts')}</dt>
          <dd>
            <meter
              min={0}
              max={starts.cap}
              high={starts.cap * 0.8}
              value={starts.today}
              aria-label={t('startsLabel', { name: displayName, ...starts })}
            />
            <span className="num">{t('startsOf', starts)}</span>
          </dd>
        </div>
        <div>
          <dt>{t('lastFault')}</dt>
          <dd>
            <LastFault fault={tile.lastFault} />
          </dd>
        </div>
        <div>
          <dt>{t('examined')}</dt>
          <dd>
            <Examined tile={tile} />
          </dd>
        </div>
      </dl>
      <footer>
        <a href={`/admin/providers/${id}`}>{t('doctor')}</a>
        <a href={`/admin/providers/${id}/set-up`}>{t('setUp')}</a>
        {canChange && <Order tile={tile} place={place} of={of} version={version} />}
      </footer>
    </li>
  )
}

async function Figures({ tile: { hour, day } }: { tile: ConnectionTile }) {
  const t = await getTranslations('desk.providers')
  const calls = ({ calls: count }: CallFigures) => t('calls', { count })
  return (
    <table className="provider-figures">
      <thead>
        <tr>
          <td />
          <th scope="col">{t('hour')}</th>
          <th scope="col">{t('day')}</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">{t('success')}</th>
          {[hour, day].map((figures, column) => (
            <td key={column === 0 ? 'hour' : 'day'}>
              {figures.successShare === null ? (
                <span className="quiet">{t('none')}</span>
              ) : (
                <>
                  <b>{formatShare(figures.successShare)}</b> <small>{calls(figures)}</small>
                </>
              )}
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">{t('p95')}</th>
          {[hour, day].map(({ p95Ms }, column) => (
            <td key={column === 0 ? 'hour' : 'day'}>
              {p95Ms === null ? <span className="quiet">–</span> : <b>{formatSpan(p95Ms)}</b>}
            </td>
          ))}
        </tr>
      </tbody>
    </table>
  )
}

const FAULTS = [
  'provider_unauthorized',
  'provider_forbidden',
  'provider_rate_limited',
  'provider_unavailable',
  'provider_timeout',
  'provider_refused_request',
  'provider_bad_response',
  'provider_blocked_address',
] as const

async function LastFault({ fault }: { fault: ConnectionTile['lastFault'] }) {
  const [t, common] = [await getTranslations('desk.providers'), await getTranslations('common')]
  if (fault === null) return <span className="quiet">{t('noFault')}</span>
  const known = FAULTS.find((code) => code === fault.code) ?? 'other'
  return (
    <>
      {t(`faults.${known}`)}{' '}
      <small>
        <code>{fault.why}</code>, {formatMoment(fault.at, common('months'))}
      </small>
    </>
  )
}

async function Examined({ tile: { examination } }: { tile: ConnectionTile }) {
  const [t, common] = [await getTranslations('desk.providers'), await getTranslations('common')]
  if (examination === null) return <span className="quiet">{t('notExamined')}</span>
  const { report, examinedAt, scheduled } = examination
  const at = formatMoment(examinedAt, common('months'))
  return (
    <>
      <Mark tone={report.healthy ? 'passed' : 'failed'} icon={report.healthy ? 'check' : 'circle-x'}>
        {report.healthy ? t('well') : t(`finding.${report.finding}`)}
      </Mark>{' '}
      <small>{scheduled ? `${at}, ${t('byClock')}` : at}</small>
    </>
  )
}

async function Order({ tile, place, of, version }: Omit<Props, 'canChange'>) {
  const t = await getTranslations('desk.providers.order')
  const { id, displayName: name, takesPlayers } = tile
  const to = takesPlayers ? 'off' : 'on'
  return (
    <form action={changeOrder} className="provider-order">
      <input type="hidden" name="connection" value={id} />
      <input type="hidden" name="version" value={version} />
      <Button name="to" value="earlier" disabled={place === 1} aria-label={t('earlier', { name })}>
        <Icon name="arrow-up" />
      </Button>
      <Button name="to" value="later" disabled={place === of} aria-label={t('later', { name })}>
        <Icon name="arrow-down" />
      </Button>
      <Button name="to" value={to} aria-label={t(`${to}Of`, { name })}>
        {t(to)}
      </Button>
    </form>
  )
}
