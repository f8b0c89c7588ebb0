import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { changeLocale } from '@/app/locale-action'
import { Booklet } from '@/components/booklet'
import { BrandMark } from '@/components/brand-mark'
import { Icon } from '@/components/ui/icon'
import { LANGUAGE_NAMES, otherLocale } from '@/lib/i18n/locale'
import { brand } from '@/lib/settings-view'

/** Masthead, booklet and foot: what every page for players and visitors stands in. */
export async function PlayerPage({
  single = false,
  sandbox = false,
  children,
}: {
  single?: boolean
  /** Says that what is shown came from no government source, where the settings do not say it already. */
  sandbox?: boolean
  children: ReactNode
}) {
  const t = await getTranslations('common')
  return (
    <div className="player">
      <a className="skip" href="#page">
        {t('skip')}
      </a>
      <Masthead />
      {(sandbox || brand().sandbox) && (
        <p className="sandbox">
          <Icon name="info" />
          {t('sandbox')}
        </p>
      )}
      <div className="iris" aria-hidden="true" />
      <Booklet single={single}>{children}</Booklet>
      <Foot />
    </div>
  )
}

async function Masthead() {
  const { name, logo } = brand()
  const other = otherLocale(await getLocale())
  return (
    <header className="masthead">
      <a className="brand" href="/">
        <BrandMark name={name} logo={logo} />
        {name}
      </a>
      <form action={changeLocale}>
        <button type="submit" className="language" name="locale" value={other} lang={other}>
          <Icon name="languages" />
          {LANGUAGE_NAMES[other]}
        </button>
      </form>
    </header>
  )
}

async function Foot() {
  const t = await getTranslations('common')
  return (
    <footer className="foot">
      <p>{t('footer', { brand: brand().name })}</p>
      <nav aria-label={t('more')}>
        <ul>
          <li>
            <a href="/help">{t('help')}</a>
          </li>
          <li>
            <a href="/me">{t('myData')}</a>
          </li>
          <li>
            <a href="/help#complain">{t('complain')}</a>
          </li>
        </ul>
      </nav>
    </footer>
  )
}
