import { getTranslations } from 'next-intl/server'
import { Fold } from '@/components/ui/fold'
import type { Comparison } from '@/lib/governance/policies'

/** What changes between two policies: a sentence each, and line by line. */
export async function Difference({ version, comparison }: { version: string; comparison: Comparison }) {
  const t = await getTranslations('desk.policy.diff')
  const { changes, lines } = comparison
  return (
    <section aria-labelledby="difference">
      <h2 id="difference" className="desk-h2">
        {t('title')}
      </h2>
      <p className="quiet gov-text">{t('text', { version })}</p>
      {changes.length === 0 ? (
        <p>{t('none')}</p>
      ) : (
        <ul className="gov-list">
          {changes.map((change) => (
            <li key={JSON.stringify(change)}>{t(change.kind, { ...change })}</li>
          ))}
        </ul>
      )}
      {changes.length > 0 && (
        <Fold title={t('lines')}>
          <pre className="gov-diff">
            {lines.map(({ sign, line }, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines that never move
              <span key={place} className={SIGNS[sign]}>
                {sign !== ' ' && <span className="sr-only">{t(sign === '-' ? 'removed' : 'added')}: </span>}
                <span aria-hidden="true">{sign}</span> {line}
                {'\n'}
              </span>
            ))}
          </pre>
        </Fold>
      )}
    </section>
  )
}

const SIGNS = { ' ': 'is-same', '-': 'is-removed', '+': 'is-added' } as const
