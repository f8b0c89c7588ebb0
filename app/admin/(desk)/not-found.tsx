import { getTranslations } from 'next-intl/server'
import { ButtonLink } from '@/components/ui/button'

export default async function DeskNotFound() {
  const t = await getTranslations('desk.shell.missing')
  return (
    <div className="pad">
      <div className="empty">
        <h1 className="font-semibold">{t('title')}</h1>
        <p>{t('text')}</p>
        <ButtonLink href="/admin">{t('home')}</ButtonLink>
      </div>
    </div>
  )
}
