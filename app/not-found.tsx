import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Step, Steps } from '@/components/ui/steps'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notFound')
  return { title: t('title') }
}

export default async function NotFound() {
  const [t, common] = [await getTranslations('notFound'), await getTranslations('common')]
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="where">
        <div className="stack">
          <h2 id="where">{t('where')}</h2>
          <Steps>
            <Step title={t('status')}>
              <a href="/me">{t('statusText')}</a>
            </Step>
            <Step title={common('help')}>
              <a href="/help">{common('help')}</a>
            </Step>
          </Steps>
        </div>
      </FacingSheet>
      <Dock>
        <ButtonLink href="/">{t('home')}</ButtonLink>
      </Dock>
    </PlayerPage>
  )
}
