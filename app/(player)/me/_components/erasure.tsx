import { getTranslations } from 'next-intl/server'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { Mark } from '@/components/ui/mark'
import { ERASED_CLASSES, KEPT_CLASSES } from '@/lib/rights/types'
import { proofDays } from '@/lib/settings-view'

/** What an erasure destroys. */
export async function Goes() {
  const t = await getTranslations('erasure')
  return (
    <section>
      <h2>{t('goes')}</h2>
      <ul className="grid gap-2">
        {ERASED_CLASSES.map((one) => (
          <li key={one}>
            <Mark tone="none" icon="minus">
              {t(`classes.${one}`)}
            </Mark>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What is kept after an erasure, and why. */
export async function Stays() {
  const t = await getTranslations('erasure')
  return (
    <section>
      <h2 id="stays">{t('stays')}</h2>
      <Ledger wide>
        {KEPT_CLASSES.map((one) => (
          <LedgerLine key={one} label={t(`classes.${one}`)}>
            {t(`why.${one}`, { days: proofDays() })}
          </LedgerLine>
        ))}
      </Ledger>
      <p className="small quiet pt-3">{t('vendors')}</p>
    </section>
  )
}
