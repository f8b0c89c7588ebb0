import { getMessages, getTranslations } from 'next-intl/server'
import { Fold } from '@/components/ui/fold'
import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import { formatDate } from '@/lib/i18n/format'
import type { RequestView } from '@/lib/rights/requests'

const MARKS: Readonly<Record<RequestView['state'], { tone: MarkTone; icon: IconName }>> = {
  open: { tone: 'info', icon: 'hourglass' },
  granted: { tone: 'passed', icon: 'check' },
  refused: { tone: 'failed', icon: 'circle-x' },
  closed: { tone: 'none', icon: 'minus' },
}

/** What the player asked of us, its state and the day on which an answer is due. */
export async function Requests({ requests }: { requests: RequestView[] }) {
  const t = await getTranslations('me')
  if (requests.length === 0) return null
  return (
    <section>
      <h2>{t('requests')}</h2>
      <ul className="border-t border-border">
        {requests.map((request) => (
          <RequestEntry key={request.id} request={request} />
        ))}
      </ul>
    </section>
  )
}

async function RequestEntry({ request }: { request: RequestView }) {
  const [t, { common }] = [await getTranslations('me'), await getMessages()]
  const { tone, icon } = MARKS[request.state]
  const day = (at: string) => formatDate(at, common.months)
  const { createdAt, dueAt, answeredAt } = request
  return (
    <li className="border-b border-border py-3">
      <p className="flex flex-wrap items-baseline justify-between gap-x-4">
        <b>{t(`requestKinds.${request.kind}`)}</b>
        <Mark tone={tone} icon={icon}>
          {t(`requestStates.${request.state}`)}
        </Mark>
      </p>
      <p className="small quiet num">
        {answeredAt === null
          ? t('requestDue', { date: day(createdAt), due: day(dueAt) })
          : t('requestAnswered', { date: day(createdAt), answered: day(answeredAt) })}
      </p>
      {request.legalGround !== null && (
        <p className="small">{t('requestGround', { ground: request.legalGround })}</p>
      )}
      {request.text !== null && (
        <div className="-mb-3">
          <Fold title={t('requestText')}>
            <p className="whitespace-pre-line">{request.text}</p>
          </Fold>
        </div>
      )}
    </li>
  )
}
