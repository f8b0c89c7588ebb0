import { getMessages } from 'next-intl/server'
import { ReasonList } from '@/app/admin/(desk)/tasks/_components/reason-list'
import { answerOneLook } from '@/app/admin/(desk)/tasks/actions'
import { Button } from '@/components/ui/button'
import { Field, FieldLabel, Select } from '@/components/ui/field'
import { reasonsFor } from '@/lib/review/reasons'
import { VERDICTS } from '@/lib/review/types'

/** What a second person would decide, beside what they look at. Nothing is chosen beforehand; `found` are the reasons of the rules. */
export async function LookForm({ id, found }: { id: string; found: readonly string[] }) {
  const { desk } = await getMessages()
  const words = desk.tasks.looks
  return (
    <form action={answerOneLook} className="grid gap-3">
      <input type="hidden" name="id" value={id} />
      <Field>
        <FieldLabel htmlFor="verdict">{words.verdict}</FieldLabel>
        <Select id="verdict" name="verdict" required defaultValue="">
          <option value="" disabled>
            {words.choose}
          </option>
          {VERDICTS.map((verdict) => (
            <option key={verdict} value={verdict}>
              {desk.case.decide.verdicts[verdict]}
            </option>
          ))}
        </Select>
      </Field>
      <ReasonList label={words.reason} none={words.noReason} reasons={reasonsFor('reject', found)} />
      <div>
        <Button look="primary">{words.answer}</Button>
      </div>
    </form>
  )
}
