import { getMessages } from 'next-intl/server'
import { Banner } from '@/components/ui/banner'
import { Button, ButtonLink } from '@/components/ui/button'
import { Field, FieldHint, FieldLabel, Select, Textarea } from '@/components/ui/field'
import { fill, formatMoment } from '@/lib/i18n/format'
import type { OpenRequest } from '@/lib/review/requests'
import { answerOne, takeUp } from '../actions'
import { Entry } from './entry'

/** What players ask, each with a way to read and answer it; leads have an appeal looked at again. */
export async function Requests({ requests, isLead }: { requests: OpenRequest[]; isLead: boolean }) {
  const { common, desk } = await getMessages()
  const words = desk.tasks.requests
  if (requests.length === 0) return <p className="quiet">{desk.tasks.none}</p>
  return (
    <ul className="entries">
      {requests.map(({ id, kind, verificationId, createdAt, dueAt }) => (
        <Entry
          key={id}
          title={fill(words.due, { kind: words.kinds[kind], due: formatMoment(dueAt, common.months) })}
          verificationId={verificationId}
          openCase={desk.tasks.case}
          detail={formatMoment(createdAt, common.months)}
        >
          <div className="flex gap-2">
            {isLead && kind === 'appeal' && (
              <form action={takeUp}>
                <input type="hidden" name="id" value={id} />
                <Button look="text">{words.takeUp}</Button>
              </form>
            )}
            <ButtonLink look="text" href={`/admin/tasks?request=${id}`}>
              {words.read}
            </ButtonLink>
          </div>
        </Entry>
      ))}
    </ul>
  )
}

/** One request with its words and the answer to it. */
export async function AnswerRequest({ id, text }: { id: string; text: string | null }) {
  const words = (await getMessages()).desk.tasks.requests
  return (
    <form action={answerOne}>
      <input type="hidden" name="id" value={id} />
      <Banner tone="info" title={words.words}>
        <p className="whitespace-pre-line">{text ?? words.noWords}</p>
      </Banner>
      <Field>
        <FieldLabel htmlFor="state">{words.state}</FieldLabel>
        <Select id="state" name="state">
          {(['granted', 'closed', 'refused'] as const).map((state) => (
            <option key={state} value={state}>
              {words.states[state]}
            </option>
          ))}
        </Select>
      </Field>
      <Field>
        <FieldLabel htmlFor="ground">{words.ground}</FieldLabel>
        <Textarea id="ground" name="legalGround" maxLength={500} rows={2} aria-describedby="ground-hint" />
        <FieldHint id="ground-hint">{words.groundHint}</FieldHint>
      </Field>
      <Button look="primary">{words.answer}</Button>
    </form>
  )
}
