import { getMessages } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { fill, formatMoment } from '@/lib/i18n/format'
import type { Difference } from '@/lib/review/second-looks'
import { settleOne } from '../actions'
import { Entry } from './entry'

/** Two verdicts on one case that differ, for leads. */
export async function Differences({
  differences,
  names,
}: {
  differences: Difference[]
  names: ReadonlyMap<string, { name: string }>
}) {
  const { common, desk } = await getMessages()
  const words = desk.tasks.differences
  const done: Readonly<Record<string, string>> = desk.case.decide.done
  const why: Readonly<Record<string, string>> = desk.queue.why
  const say = ({ verdict, reasons }: Difference['first']) =>
    [done[verdict] ?? verdict, ...reasons.map((code) => why[code] ?? code)].join(', ')
  if (differences.length === 0) return <p className="quiet">{desk.tasks.none}</p>
  return (
    <ul className="entries">
      {differences.map(({ id, verificationId, first, second, answeredAt, isOwn }) => (
        <Entry
          key={id}
          title={fill(words.line, {
            first: names.get(first.by)?.name ?? '',
            verdict: say(first),
            second: names.get(second.by)?.name ?? '',
            other: say(second),
          })}
          verificationId={verificationId}
          openCase={desk.tasks.case}
          detail={formatMoment(answeredAt, common.months)}
        >
          {isOwn ? (
            <p className="quiet">{words.own}</p>
          ) : (
            <form action={settleOne}>
              <input type="hidden" name="id" value={id} />
              <Button look="text">{words.close}</Button>
            </form>
          )}
        </Entry>
      ))}
    </ul>
  )
}
