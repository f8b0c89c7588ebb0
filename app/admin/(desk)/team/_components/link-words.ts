import { getTranslations } from 'next-intl/server'
import type { LinkWords } from './link-shown'

/** What stands around a one-time link. */
export async function linkWords(): Promise<LinkWords> {
  const t = await getTranslations('desk.staff')
  return {
    shown: t('team.linkShown'),
    link: t('team.link'),
    problem: t('team.linkFailed'),
    disabled: t('problems.taken'),
  }
}
