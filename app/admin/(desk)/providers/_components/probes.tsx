import { getTranslations } from 'next-intl/server'
import type { IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import type { KeptReport } from '@/lib/connections/examinations'
import { formatSpan } from './figures'

type Probe = KeptReport['probes'][number]

const LOOKS = {
  ok: { tone: 'passed', icon: 'check' },
  hint: { tone: 'pending', icon: 'info' },
  problem: { tone: 'failed', icon: 'circle-x' },
  skipped: { tone: 'none', icon: 'minus' },
} as const satisfies Record<string, { tone: MarkTone; icon: IconName }>

/** The probes in order, each with what it saw. */
export async function Probes({ probes }: { probes: readonly Probe[] }) {
  const t = await getTranslations('desk.providers')
  return (
    <div className="block">
      <h2 id="probes">
        {t('probes')} <span>{t('probesStop')}</span>
      </h2>
      <table className="probes" aria-labelledby="probes">
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('probe.number')}</th>
            <th scope="col">{t('probe.name')}</th>
            <th scope="col">{t('probe.evidence')}</th>
            <th scope="col">{t('probe.time')}</th>
          </tr>
        </thead>
        <tbody>
          {probes.map((probe, index) => (
            <ProbeRow key={probe.id} probe={probe} place={index + 1} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

async function ProbeRow({ probe, place }: { probe: Probe; place: number }) {
  const t = await getTranslations('desk.providers.probe')
  const { state, title, evidence, fix, ms } = probe
  const word = state === 'ok' && fix !== null ? 'hint' : state
  return (
    <tr className={state === 'problem' ? 'is-on' : undefined}>
      <td>{place}</td>
      <td>
        <Mark {...LOOKS[word]}>{t(word)}</Mark> <span>{title}</span>
      </td>
      <td>
        {evidence.map((line) => (
          <span key={line}>{line}</span>
        ))}
        {word === 'hint' && <span>{fix}</span>}
      </td>
      <td>{state === 'skipped' ? '' : formatSpan(ms)}</td>
    </tr>
  )
}
