import { getMessages } from 'next-intl/server'
import { Field, FieldLabel, Select } from '@/components/ui/field'
import type { ReasonCode } from '@/lib/checks/reasons'

/** One reason of a closed list, or none. */
export async function ReasonList({
  label,
  none,
  reasons,
}: {
  label: string
  none: string
  reasons: readonly ReasonCode[]
}) {
  const { why } = (await getMessages()).desk.queue
  return (
    <Field>
      <FieldLabel htmlFor="reason">{label}</FieldLabel>
      <Select id="reason" name="reason">
        <option value="">{none}</option>
        {reasons.map((code) => (
          <option key={code} value={code}>
            {why[code]}
          </option>
        ))}
      </Select>
    </Field>
  )
}
