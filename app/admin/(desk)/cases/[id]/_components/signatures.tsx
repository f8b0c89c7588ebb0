import { Mark } from '@/components/ui/mark'
import { fill, formatTime } from '@/lib/i18n/format'
import type { CaseDocumentView } from '@/lib/review/case'
import type { CaseWords } from './setup'

/** What became of each issuer's signature. */
export function Signatures({
  documents,
  vendor,
  words,
}: {
  documents: readonly CaseDocumentView[]
  vendor: string
  words: CaseWords
}) {
  const { signatures: say, compare } = words
  const there = documents.filter(({ state }) => state === 'there' || state === 'not_accepted')
  if (there.length === 0) return null
  return (
    <section>
      <h2>
        {say.title} <span>{fill(say.lead, { vendor })}</span>
      </h2>
      <div className="panel" style={{ '--n': there.length } as React.CSSProperties}>
        <span className="panel-label">{say.document}</span>
        {there.map(({ type }) => (
          <b key={type}>{compare.sources[type]}</b>
        ))}
        <span className="panel-label">{say.result}</span>
        {there.map(({ type, signature }) => (
          <span key={type}>
            <Result signature={signature} say={say} />
          </span>
        ))}
        <span className="panel-label">{say.signer}</span>
        {there.map(({ type, anchor }) => (
          <span key={type} className="mono num">
            {anchor ?? say.none}
          </span>
        ))}
        <span className="panel-label">{say.fetched}</span>
        {there.map(({ type, readAt }) => (
          <span key={type} className="num">
            {readAt === null ? say.none : `${formatTime(readAt)} IST`}
          </span>
        ))}
        <span className="panel-label">{say.remarks}</span>
        {there.map(({ type, remarks }) => (
          <span key={type}>{remarks.join(', ').replaceAll('_', ' ') || say.none}</span>
        ))}
      </div>
    </section>
  )
}

function Result({ signature, say }: { signature: string | null; say: CaseWords['signatures'] }) {
  if (signature === 'valid')
    return (
      <Mark tone="passed" icon="check">
        {say.valid}
      </Mark>
    )
  if (signature === null || signature === 'not_checked')
    return (
      <Mark tone="none" icon="minus">
        {say.notChecked}
      </Mark>
    )
  return (
    <Mark tone="failed" icon="circle-x">
      {signature === 'signature_missing' ? say.unsigned : say.broken}
    </Mark>
  )
}
