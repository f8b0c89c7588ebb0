import { getTranslations } from 'next-intl/server'
import type { DetailsProblems } from '@/app/(player)/verify/you/form'
import { Field, FieldError, FieldHint, FieldLabel, Input } from '@/components/ui/field'

/** The whole name in one field: names have more shapes than first and last. */
export async function NameField({ name, problem }: { name: string; problem: DetailsProblems['name'] }) {
  const t = await getTranslations('you')
  return (
    <Field>
      <FieldLabel htmlFor="name">{t('name')}</FieldLabel>
      <Input
        id="name"
        name="name"
        autoComplete="name"
        autoCapitalize="words"
        spellCheck={false}
        maxLength={99}
        defaultValue={name}
        required
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? 'name-hint' : 'name-error name-hint'}
      />
      {problem !== null && <FieldError id="name-error">{t(`problems.${problem}`)}</FieldError>}
      <FieldHint id="name-hint">{t('nameHint')}</FieldHint>
    </Field>
  )
}
