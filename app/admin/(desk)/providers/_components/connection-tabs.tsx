import { getTranslations } from 'next-intl/server'

interface Props {
  id: string
  current: 'doctor' | 'setUp' | 'pair'
  /** Whether there is a DigiLocker pair to store, and this person may. */
  hasPair: boolean
}

export async function ConnectionTabs({ id, current, hasPair }: Props) {
  const t = await getTranslations('desk.providers')
  const tabs = [
    { key: 'doctor', href: `/admin/providers/${id}` },
    { key: 'setUp', href: `/admin/providers/${id}/set-up` },
    ...(hasPair ? [{ key: 'pair', href: `/admin/providers/${id}/credentials` } as const] : []),
  ] as const
  return (
    <nav className="tabs" aria-label={t('tabs')}>
      {tabs.map(({ key, href }) => (
        <a key={key} className="tab" href={href} aria-current={key === current ? 'page' : undefined}>
          {t(key)}
        </a>
      ))}
    </nav>
  )
}
