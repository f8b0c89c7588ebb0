import { getTranslations } from 'next-intl/server'

/** The shape of a list, while the answer is on its way. */
export default async function Loading() {
  const t = await getTranslations('desk.shell')
  return (
    <div className="pad" aria-busy="true">
      <p className="sr-only" role="status">
        {t('loading')}
      </p>
      <span className="bone w-40" />
      <div className="mt-6 grid gap-4">
        {['w-full', 'w-11/12', 'w-full', 'w-10/12', 'w-11/12', 'w-full', 'w-9/12'].map((width, line) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines that never move
          <span key={line} className={`bone ${width}`} />
        ))}
      </div>
    </div>
  )
}
