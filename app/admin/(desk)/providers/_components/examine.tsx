import { getTranslations } from 'next-intl/server'
import type { ButtonLook } from '@/components/ui/button'
import { examine } from '../actions'
import { ExamineButton } from './examine-button'

/** Lets the doctor look at a connection. */
export async function Examine({
  id,
  again,
  look = 'line',
}: {
  id: string
  again: boolean
  look?: ButtonLook
}) {
  const t = await getTranslations('desk.providers.examine')
  return (
    <form action={examine} className="examine">
      <input type="hidden" name="connection" value={id} />
      <ExamineButton look={look} label={t(again ? 'again' : 'now')} busy={t('busy')} />
    </form>
  )
}
