import { getTranslations } from 'next-intl/server'
import { Icon } from '@/components/ui/icon'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { answerDays, brand } from '@/lib/settings-view'

/** Each right and the way to use it. */
export async function Rights() {
  const t = await getTranslations('me')
  return (
    <section>
      <h2>{t('rights')}</h2>
      <Ledger wide>
        <LedgerLine label={t('take')}>
          {t('takeText')}
          <Way href="/me/export/json/download" icon="download" word={t('takeJson')} />
          <Way href="/me/export/pdf/download" icon="download" word={t('takePdf')} />
        </LedgerLine>
        <LedgerLine label={t('correct')}>
          {t('correctText')}
          <Way href="/me/ask/correction" word={t('correctGo')} />
        </LedgerLine>
        <LedgerLine label={t('nominate')}>
          {t('nominateText')}
          <Way href="/me/ask/nomination" word={t('nominateGo')} />
        </LedgerLine>
        <LedgerLine label={t('complain')}>
          {t('complainText')}
          <Way href="/me/ask/grievance" word={t('complainGo')} />
        </LedgerLine>
        <LedgerLine label={t('erase')}>
          {t('eraseText')}
          <Way href="/me/erase" word={t('eraseGo')} />
        </LedgerLine>
      </Ledger>
      <p className="small quiet pt-3">
        {t('rightsText', { days: answerDays(), contact: brand().grievanceContact })}
      </p>
    </section>
  )
}

function Way({
  href,
  word,
  icon = 'arrow-right',
}: {
  href: string
  word: string
  icon?: 'arrow-right' | 'download'
}) {
  return (
    <span className="block">
      <a className="inline-flex min-h-12 items-center gap-2" href={href}>
        {icon === 'download' && <Icon name="download" />}
        {word}
        {icon === 'arrow-right' && <Icon name="arrow-right" className="icon-onward" />}
      </a>
    </span>
  )
}
