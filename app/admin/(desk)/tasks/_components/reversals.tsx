import { getMessages } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { fill, formatMoment } from '@/lib/i18n/format'
import { reasonsFor } from '@/lib/review/reasons'
import type { ProposedReversal, Reversible } from '@/lib/review/reversals'
import { agreeToOne, proposeOne, withdrawOne } from '../actions'
import { Entry } from './entry'
import { ReasonList } from './reason-list'

/** Reversals that wait: one's own can be taken back, another lead's agreed to. */
export async function Reversals({
  reversals,
  names,
}: {
  reversals: ProposedReversal[]
  names: ReadonlyMap<string, { name: string; isMe: boolean }>
}) {
  const { common, desk } = await getMessages()
  const words = desk.tasks.reversals
  if (reversals.length === 0) return <p className="quiet">{desk.tasks.none}</p>
  return (
    <ul className="entries">
      {reversals.map(({ id, proposal, act, reasons, proposedBy, proposedAt }) => {
        const isMine = names.get(proposedBy)?.isMe === true
        const name = names.get(proposedBy)?.name ?? ''
        return (
          <Entry
            key={id}
            title={words.acts[act]}
            verificationId={id}
            openCase={desk.tasks.case}
            detail={[
              fill(desk.tasks.by, { name, at: formatMoment(proposedAt, common.months) }),
              ...reasons.map((reason) => desk.queue.why[reason]),
            ].join(', ')}
          >
            <form action={isMine ? withdrawOne : agreeToOne}>
              <input type="hidden" name="id" value={id} />
              {!isMine && <input type="hidden" name="proposal" value={proposal} />}
              <Button look="text">{isMine ? words.withdraw : words.agree}</Button>
            </form>
          </Entry>
        )
      })}
    </ul>
  )
}

/** Proposes to reverse the verdict on one attempt. */
export async function ProposeReversal({ one }: { one: Reversible }) {
  const words = (await getMessages()).desk.tasks.reversals
  return (
    <form action={proposeOne}>
      <input type="hidden" name="id" value={one.id} />
      <input type="hidden" name="act" value={one.act} />
      <p>
        <b>{fill(words.propose, { reference: one.reference })}</b>: {words.acts[one.act]}
      </p>
      <ReasonList label={words.reason} none="" reasons={reasonsFor('reject')} />
      <Button look="primary">{words.send}</Button>
    </form>
  )
}
