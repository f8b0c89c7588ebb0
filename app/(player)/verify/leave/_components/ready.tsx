import { getTranslations } from 'next-intl/server'
import { Fold } from '@/components/ui/fold'
import { Step, Steps } from '@/components/ui/steps'
import { ways } from '@/lib/consent/consent'
import type { Way } from '@/lib/providers/types'

/** What to have at hand, and what to do without it. */
export async function Ready({ way, place }: { way: Way; place: string }) {
  const [t, own] = [await getTranslations('leave'), await getTranslations(`leave.${way}`)]
  return (
    <>
      <h2 id="ready">{t('ready')}</h2>
      <Steps>
        <Step title={own('ready1')}>{own('ready1Text')}</Step>
        <Step title={own('ready2')}>{own('ready2Text')}</Step>
        <Step title={own('ready3')}>{own('ready3Text', { place })}</Step>
      </Steps>
      {way === 'digilocker' ? (
        <Fold alone title={t('noPhone')}>
          <p>{t('noPhoneText')}</p>
          <p>
            <a href="/help#phone">{t('noPhoneHelp')}</a>
          </p>
          <OtherWay than={way} />
        </Fold>
      ) : (
        <Fold alone title={t('noCamera')}>
          <p>{t('noCameraText')}</p>
          <OtherWay than={way} />
        </Fold>
      )}
    </>
  )
}

async function OtherWay({ than }: { than: Way }) {
  const t = await getTranslations('consent.otherWay')
  const other = ways().find((way) => way !== than)
  if (other === undefined) return null
  return (
    <p>
      <a href={`/verify?change=1&way=${other}`}>{t(`${other}.link`)}</a>
    </p>
  )
}
