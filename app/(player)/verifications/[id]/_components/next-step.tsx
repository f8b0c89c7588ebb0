import { getTranslations } from 'next-intl/server'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { brand } from '@/lib/settings-view'
import type { JourneyView } from '@/lib/verification/types'

/** True when the server names something to press; else the page has no dock. */
export function hasNextStep({ nextAction, receiptId }: JourneyView): boolean {
  if (nextAction === 'return_to_operator') return receiptId !== null
  return nextAction !== 'wait' && nextAction !== 'none'
}

/** The one primary button; the server decides which. */
export async function NextStep({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('status.actions')
  const { supportEmail } = brand()
  const onward = <Icon name="arrow-right" className="icon-onward" />
  switch (journey.nextAction) {
    case 'agree':
      return (
        <ButtonLink look="primary" href="/verify">
          {t('agree')} {onward}
        </ButtonLink>
      )
    case 'start':
      return (
        <ButtonLink look="primary" href="/verify/leave">
          {t('start')} {onward}
        </ButtonLink>
      )
    case 'try_again':
      return (
        <form method="post" action="/api/kyc/start">
          <Button look="primary">
            {t('try_again')} {onward}
          </Button>
        </form>
      )
    case 'contact_support':
      return (
        <ButtonLink
          look="primary"
          href={
            supportEmail === null ? '/help#complain' : `mailto:${supportEmail}?subject=${journey.reference}`
          }
        >
          {t('contact_support')}
        </ButtonLink>
      )
    case 'return_to_operator':
      return (
        <ButtonLink look="primary" href={`/me/receipts/${journey.receiptId}`}>
          {t('receipt')} {onward}
        </ButtonLink>
      )
    case 'wait':
    case 'none':
      return null
  }
}
