import { getTranslations } from 'next-intl/server'
import { STAFF_PROBLEMS, type StaffProblem } from '@/lib/staff/types'
import type { PasskeyWords } from './passkey-button'

type Label = 'signIn' | 'confirm' | 'join' | 'add'

/** What the passkey button says, under one of its labels. */
export async function passkeyWords(label: Label): Promise<PasskeyWords> {
  const t = await getTranslations('desk.staff')
  const problems = Object.fromEntries(STAFF_PROBLEMS.map((name) => [name, t(`problems.${name}`)]))
  return {
    label: t(`passkey.${label}`),
    waiting: t('passkey.waiting'),
    cancelled: t('passkey.cancelled'),
    known: t('passkey.known'),
    unsupported: t('passkey.unsupported'),
    other: t('passkey.other'),
    problems: problems as Record<StaffProblem, string>,
  }
}
