import { getTranslations } from 'next-intl/server'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { ERASED_CLASSES, KEPT_CLASSES } from '@/lib/rights/types'
import { proofDays } from '@/lib/settings-view'

/** What an erasure destroys, or `done`: has destroyed. */
export async function Goes({ done = false }: { done?: boolean }) {
  const t = await getTranslations('erasure')
  return (
    <section>
      <h2>{t(done ? 'went' : 'goes')}</h2>
      <ul className="border-t border-border">
        {ERASED_CLASSES.map((one) => (
          <li key={one} className="flex items-start gap-2 border-b border-border py-2">
            <Icon name="minus" className="mt-1 flex-none" />
            <span>{t(`classes.${one}`)}</span>
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
