import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, Folio } from '@/components/booklet'
import { Button } from '@/components/ui/button'
import { findPlayer } from '@/lib/auth/guards'
import { signOutNow } from './actions'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('signOut')
  return { title: t('title') }
}

/** Asks first: opening an address changes nothing. */
export default async function SignOutPage() {
  if ((await findPlayer()) === null) redirect('/')
  const t = await getTranslations('signOut')
  return (
    <PlayerPage single>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
        </div>
      </AskingSheet>
      <Dock>
        <form action={signOutNow}>
          <Button look="primary">{t('title')}</Button>
        </form>
      </Dock>
    </PlayerPage>
  )
}
