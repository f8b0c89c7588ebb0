import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getMessages, getTranslations } from 'next-intl/server'
import { PlayerPage } from '@/app/(player)/_components/player-page'
import { AskingSheet, Dock, Folio } from '@/components/booklet'
import { ButtonLink } from '@/components/ui/button'
import { Ledger, LedgerLine } from '@/components/ui/ledger'
import { formatDate, formatTime } from '@/lib/i18n/format'
import { listMails, mailboxOpen } from '@/lib/mail/mailbox'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('mailbox')
  return { title: t('title') }
}

/** Where development finds its sign-in codes; never there in production. */
export default async function MailboxPage() {
  if (!mailboxOpen()) notFound()
  const [t, { journey: words }] = [await getTranslations('mailbox'), await getMessages()]
  const mails = await listMails()
  return (
    <PlayerPage single>
      <AskingSheet>
        <Folio>{t('title')}</Folio>
        <div className="stack">
          <h1>{t('heading')}</h1>
          <p className="lead">{t('lead')}</p>
          {mails.length === 0 && (
            <div className="empty">
              <b>{t('empty')}</b>
              <p className="small quiet">{t('emptyText')}</p>
            </div>
          )}
          {mails.map((mail) => (
            <section key={mail.id}>
              <h2>{mail.subject}</h2>
              <Ledger>
                <LedgerLine label={t('to')}>{mail.to}</LedgerLine>
                <LedgerLine label={t('at')}>
                  <span className="num">
                    {formatDate(mail.at, words.months)}, {formatTime(mail.at)} IST
                  </span>
                </LedgerLine>
              </Ledger>
              <pre className="letter mt-3">{mail.text}</pre>
            </section>
          ))}
        </div>
      </AskingSheet>
      <Dock>
        <ButtonLink href="/sign-in">{t('signIn')}</ButtonLink>
      </Dock>
    </PlayerPage>
  )
}
