import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { formatMoment } from '@/lib/i18n/format'
import type { SessionView } from '@/lib/staff/sessions'
import { endOneSession } from '../actions'

export async function Sessions({ sessions }: { sessions: SessionView[] }) {
  const t = await getTranslations('desk.staff')
  const moment = (at: Date) => formatMoment(at.toISOString(), t('months'))
  return (
    <ul className="entries">
      {sessions.map(({ id, browser, address, createdAt, lastSeenAt, isCurrent }) => (
        <li key={id}>
          <div>
            <b>{browser}</b>
            <small>
              {t('account.session', { address, since: moment(createdAt), seen: moment(lastSeenAt) })}
            </small>
          </div>
          {isCurrent ? (
            <span className="quiet">{t('account.thisOne')}</span>
          ) : (
            <form action={endOneSession}>
              <input type="hidden" name="id" value={id} />
              <Button look="text" aria-label={t('account.endOne', { browser, since: moment(createdAt) })}>
                {t('account.end')}
              </Button>
            </form>
          )}
        </li>
      ))}
    </ul>
  )
}
