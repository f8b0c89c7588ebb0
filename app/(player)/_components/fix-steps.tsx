import { getTranslations } from 'next-intl/server'
import { Step, Steps } from '@/components/ui/steps'
import type { Messages } from '@/lib/i18n/messages'

export type Fix = Exclude<keyof Messages['status']['fix'], 'title'>

/** What to do so that a document is in DigiLocker or right there, or so that a picture of it can be read. */
export async function FixSteps({ what }: { what: Fix }) {
  const t = await getTranslations(`status.fix.${what}`)
  return (
    <Steps>
      <Step title={t('s1')}>{t('s1Text')}</Step>
      <Step title={t('s2')}>{t('s2Text')}</Step>
      <Step title={t('s3')}>{t('s3Text')}</Step>
      <Step title={t('s4')}>{t('s4Text')}</Step>
    </Steps>
  )
}
