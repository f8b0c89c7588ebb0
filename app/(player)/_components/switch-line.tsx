import { getTranslations } from 'next-intl/server'
import { Button, type ButtonLook } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { isDirect } from '@/lib/settings-view'
import type { JourneyView } from '@/lib/verification/types'

type Line = NonNullable<JourneyView['switchTo']>

/** The line failed and there is another one: switching is what helps most. */
export function switchesFirst({ status, switchTo }: Pick<JourneyView, 'status' | 'switchTo'>): boolean {
  return status === 'failed' && switchTo !== null
}

/** One tap to another vendor, or to DigiLocker itself. */
export async function SwitchButton({ to, look }: { to: Line; look: ButtonLook }) {
  const t = await getTranslations('status.switch')
  return (
    <form method="post" action="/api/kyc/start">
      <input type="hidden" name="connection" value={to.connectionId} />
      <Button look={look}>
        {isDirect(to.name) ? t('useDirect') : t('use', { vendor: to.name })}
        {look === 'primary' && <Icon name="arrow-right" className="icon-onward" />}
      </Button>
    </form>
  )
}

/** That there is another line and what switching keeps; with its button, unless that stands in the dock. */
export async function SwitchLine({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('status.switch')
  if (journey.switchTo === null) return null
  return (
    <section>
      <h2>{t('title')}</h2>
      <p className="small quiet">{t('text')}</p>
      {!switchesFirst(journey) && (
        <div className="pt-3">
          <SwitchButton to={journey.switchTo} look="line" />
        </div>
      )}
    </section>
  )
}
