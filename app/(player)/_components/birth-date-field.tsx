import { getMessages, getTranslations } from 'next-intl/server'
import type { DetailsEntry, DetailsProblems } from '@/app/(player)/verify/you/form'
import { FieldError, FieldHint, FieldLabel, Input, Select } from '@/components/ui/field'

/** Three fields, the month by its name: no calendar to page back through, and no doubt which number is the month. */
export async function BirthDateField({
  day,
  month,
  year,
  problem,
}: Omit<DetailsEntry, 'name'> & { problem: DetailsProblems['date'] }) {
  const [t, { common }] = [await getTranslations('you'), await getMessages()]
  const wrong = problem !== null
  const part = { required: true, 'aria-invalid': wrong }
  return (
    <fieldset
      className="field"
      aria-describedby={wrong ? 'birth-date-error birth-date-hint' : 'birth-date-hint'}
    >
      <legend>{t('birthDate')}</legend>
      <div className="date-parts">
        <div>
          <FieldLabel htmlFor="day">{t('day')}</FieldLabel>
          <Input
            id="day"
            name="day"
            inputMode="numeric"
            autoComplete="bday-day"
            maxLength={2}
            defaultValue={day}
            {...part}
          />
        </div>
        <div>
          <FieldLabel htmlFor="month">{t('month')}</FieldLabel>
          <Select id="month" name="month" autoComplete="bday-month" defaultValue={month} {...part}>
            <option value="">{t('monthNone')}</option>
            {common.months.split(' ').map((name, place) => (
              <option key={name} value={place + 1}>
                {name}
              </option>
            ))}
          </Select>
        </div>
        <div>
          <FieldLabel htmlFor="year">{t('year')}</FieldLabel>
          <Input
            id="year"
            name="year"
            inputMode="numeric"
            autoComplete="bday-year"
            maxLength={4}
            defaultValue={year}
            {...part}
          />
        </div>
      </div>
      {wrong && <FieldError id="birth-date-error">{t(`problems.${problem}`)}</FieldError>}
      <FieldHint id="birth-date-hint">{t('birthDateHint')}</FieldHint>
    </fieldset>
  )
}
