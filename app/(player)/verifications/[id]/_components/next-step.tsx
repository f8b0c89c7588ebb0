import { getMessages, getTranslations } from 'next-intl/server'
import { confirmVerification } from '@/app/(player)/verifications/actions'
import { Button, ButtonLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { placeOf } from '@/components/way'
import { brand } from '@/lib/settings-view'
import type { JourneyView, NextAction } from '@/lib/verification/types'

/** Their pages hold the form and its button. */
const OWN_FORM: readonly NextAction[] = ['answer', 'correct_details']

/** True when the server names something to press; else the page has no dock. */
export function hasNextStep({ nextAction, receiptId }: JourneyView): boolean {
  if (nextAction === 'return_to_operator') return receiptId !== null
  return !OWN_FORM.includes(nextAction) && nextAction !== 'wait' && nextAction !== 'none'
}

/** The one primary button; the server decides which. `look` is lesser where another one is primary. */
export async function NextStep({
  journey,
  look = 'primary',
}: {
  journey: JourneyView
  look?: 'primary' | 'text'
}) {
  const t = await getTranslations('status.actions')
  const place = placeOf(journey, (await getMessages()).journey)
  const { supportEmail } = brand()
  const onward = look === 'primary' && <Icon name="arrow-right" className="icon-onward" />
  switch (journey.nextAction) {
    case 'agree':
      return (
        <ButtonLink look={look} href="/verify">
          {t('agree')} {onward}
        </ButtonLink>
      )
    case 'start':
      return (
        <ButtonLink look={look} href="/verify/leave">
          {t('start', { place })} {onward}
        </ButtonLink>
      )
    case 'try_again':
      return (
        <form method="post" action="/api/kyc/start">
          <Button look={look}>
            {t('try_again', { place })} {onward}
          </Button>
        </form>
      )
    case 'confirm':
      return (
        <form action={confirmVerification}>
          <input type="hidden" name="id" value={journey.id} />
          <Button look={look}>{t('confirm')}</Button>
        </form>
      )
    case 'contact_support':
      return (
        <ButtonLink
          look={look}
          href={
            supportEmail === null ? '/help#complain' : `mailto:${supportEmail}?subject=${journey.reference}`
          }
        >
          {t('contact_support')}
        </ButtonLink>
      )
    case 'return_to_operator':
      return (
        <ButtonLink look={look} href={`/me/receipts/${journey.receiptId}`}>
          {t('receipt')} {onward}
        </ButtonLink>
      )
    case 'answer':
    case 'correct_details':
    case 'wait':
    case 'none':
      return null
  }
}
