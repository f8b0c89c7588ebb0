import type { Metadata } from 'next'
import { getLocale, getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { NoticeSectionBody } from '@/app/(player)/verify/_components/notice-section-body'
import { AskingSheet, Dock, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { currentNotice, ways } from '@/lib/consent/consent'
import type { NoticePurpose } from '@/lib/consent/types'
import { formatDate } from '@/lib/i18n/format'

const NEEDS = { one_of: 'needOne', all: 'needAll', optional: 'needChoice' } as const

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notice')
  return { title: t('title') }
}

export default async function NoticePage({ searchParams }: PageProps<'/verify/notice'>) {
  const [t, common] = [await getTranslations('notice'), await getTranslations('common')]
  const offered = ways()
  const way = oneOf(readParam(await searchParams, 'way'), offered, offered[0] ?? 'digilocker')
  const other = offered.find((one) => one !== way)
  const notice = await currentNotice(await getLocale(), way)
  const date = formatDate(notice.date, common('months'))
  return (
    <PlayerPage single>
      <AskingSheet>
        <Folio at={<span className="num">{t('version', { version: notice.version, date })}</span>}>
          {t('title')}
        </Folio>
        <h1>{t('title')}</h1>
        <div className="prose">
          <p>{notice.intro}</p>
          <h2>{t('purposes')}</h2>
          {notice.purposes.map((purpose) => (
            <Purpose key={purpose.id} purpose={purpose} />
          ))}
          {notice.sections.map((section) => (
            <section key={section.id} id={section.id} className="prose">
              <h2>{section.title}</h2>
              <NoticeSectionBody section={section} />
            </section>
          ))}
          <p className="small quiet">
            {t('sum')}, SHA-256: <span className="mono pick-all wrap-anywhere">{notice.sha256}</span>
          </p>
        </div>
      </AskingSheet>
      <Dock
        aside={
          other && (
            <ButtonLink look="text" href={`/verify/notice?way=${other}`}>
              {t(`otherWay.${other}`)}
            </ButtonLink>
          )
        }
      >
        <ButtonLink href={`/verify?change=1&way=${way}`}>{t('back')}</ButtonLink>
      </Dock>
    </PlayerPage>
  )
}

async function Purpose({ purpose }: { purpose: NoticePurpose }) {
  const t = await getTranslations('consent')
  return (
    <div className="consent-group">
      <p className="flex flex-wrap justify-between gap-x-3 pb-2">
        <strong>{purpose.title}</strong> <span className="consent-need">{t(NEEDS[purpose.need])}</span>
      </p>
      <Ledger wide>
        {purpose.items.map((item) => (
          <LedgerLine key={item.id} label={item.title}>
            {item.reads}
          </LedgerLine>
        ))}
      </Ledger>
      <p className="small quiet pt-2">{purpose.retention}</p>
    </div>
  )
}
