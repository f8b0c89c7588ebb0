import { getTranslations } from 'next-intl/server'
import { withdrawConsent } from '@/app/(player)/me/actions'
import { stopVerification } from '@/app/(player)/verifications/actions'
import { Button } from '@/components/ui/button'
import { Fold } from '@/components/ui/fold'
import type { JourneyView } from '@/lib/verification/types'

/** Ends the attempt, or takes the consent back, after saying what follows. */
export async function StopFold({ journey }: { journey: JourneyView }) {
  const t = await getTranslations('status.stop')
  return (
    <Fold alone title={t('title')}>
      <p>{t('text')}</p>
      <div className="flex flex-wrap gap-2 pt-2">
        <form action={stopVerification}>
          <input type="hidden" name="id" value={journey.id} />
          <Button>{t('stop')}</Button>
        </form>
        {journey.receiptId !== null && (
          <form action={withdrawConsent}>
            <input type="hidden" name="consent" value={journey.receiptId} />
            <Button>{t('withdraw')}</Button>
          </form>
        )}
      </div>
    </Fold>
  )
}
