import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, FacingSheet, Folio } from '@/components/booklet'
import { Button, ButtonLink } from '@/components/ui/button'
import { requirePlayer } from '@/lib/auth/guards'
import { Goes, Stays } from '../_components/erasure'
import { eraseEverything } from '../actions'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('erasure')
  return { title: t('title') }
}

/** The first of two steps: what goes, what stays and why. The button is the second. */
export default async function ErasePage() {
  await requirePlayer()
  const [t, me] = [await getTranslations('erasure'), await getTranslations('me')]
  return (
    <PlayerPage>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          <Goes />
          <section>
            <h2>{t('copy')}</h2>
            <p className="flex flex-wrap gap-x-6">
              <a className="inline-flex min-h-12 items-center" href="/me/export/json/download">
                {me('takeJson')}
              </a>
              <a className="inline-flex min-h-12 items-center" href="/me/export/pdf/download">
                {me('takePdf')}
              </a>
            </p>
          </section>
        </div>
      </AskingSheet>
      <FacingSheet labelledBy="stays">
        <div className="stack">
          <Stays />
        </div>
      </FacingSheet>
      <Dock
        aside={
          <ButtonLink look="text" href="/me">
            {t('back')}
          </ButtonLink>
        }
      >
        <form action={eraseEverything}>
          <Button look="primary">{t('now')}</Button>
        </form>
      </Dock>
    </PlayerPage>
  )
}
