import { Icon, type IconName } from '@/components/ui/icon'
import { Mark, type MarkTone } from '@/components/ui/mark'
import type { CheckOutcome } from '@/lib/checks/types'
import { fill, formatDate, formatTime } from '@/lib/i18n/format'
import type { Cell, CellWord, ComparisonRow, NamePair, Source } from '@/lib/review/comparison'
import { RevealButton, RevealEnd } from './reveal-button'
import type { CaseWords } from './setup'

export const OUTCOME_MARKS: Readonly<Record<CheckOutcome, { tone: MarkTone; icon: IconName }>> = {
  pass: { tone: 'passed', icon: 'check' },
  fail: { tone: 'failed', icon: 'circle-x' },
  unsure: { tone: 'pending', icon: 'circle-question-mark' },
  not_applicable: { tone: 'none', icon: 'minus' },
}

interface Props {
  rows: readonly ComparisonRow[]
  revealed: readonly { field: string; until: string }[]
  vendor: string
  months: string
  /** May this reader ask to see a line whole. */
  canReveal: boolean
  words: CaseWords
}

/** What each source says, one fact under the other; letters and parts that differ are framed. */
export function Comparison({ rows, words, ...rest }: Props) {
  return (
    <section>
      <h2>
        {words.compare.title} <span>{words.compare.lead}</span>
      </h2>
      <div className="facts">
        {rows.map((row) => (
          <Fact key={row.field} row={row} words={words} {...rest} />
        ))}
      </div>
    </section>
  )
}

type FactProps = Omit<Props, 'rows'> & { row: ComparisonRow }

function Fact({ row, revealed, vendor, months, canReveal, words }: FactProps) {
  const { compare } = words
  const until = revealed.find(({ field }) => field === row.field)?.until
  const said = row.pairs.filter(({ kind }) => kind !== 'same')
  return (
    <div className={row.field === 'name' ? 'fact fact-key' : 'fact'}>
      <h3>
        {compare.fields[row.field]}
        {row.outcome === null ? (
          !row.isRevealed && (
            <Mark tone="none" icon="eye-off">
              {compare.masked}
            </Mark>
          )
        ) : (
          <Mark {...OUTCOME_MARKS[row.outcome]}>{compare.outcomes[row.outcome]}</Mark>
        )}
        {until !== undefined ? (
          <small className="num quiet mt-0.5 block text-xs font-normal">
            {fill(compare.shownUntil, { time: formatTime(until).slice(0, 5) })}
            <RevealEnd until={until} />
          </small>
        ) : (
          canReveal && row.canReveal && !row.isRevealed && <RevealButton field={row.field} />
        )}
      </h3>
      <ul>
        {row.cells.map((cell) => (
          <li key={cell.source}>
            <span>{compare.sources[cell.source]}</span>
            <Value cell={cell} row={row} months={months} words={words} />
            <EvidenceChip cell={cell} vendor={vendor} months={months} words={words} />
          </li>
        ))}
      </ul>
      {said.length > 0 && <p className="fact-say">{said.map((pair) => sayPair(pair, words)).join(' ')}</p>}
    </div>
  )
}

function sayPair({ first, second, kind }: NamePair, { compare }: CaseWords): string {
  const name = (source: Source) => compare.sources[source]
  return fill(compare.pair, { first: name(first), second: name(second), kind: compare.kinds[kind] })
}

function Value({
  cell,
  row,
  months,
  words,
}: {
  cell: Cell
  row: ComparisonRow
  months: string
  words: CaseWords
}) {
  if (cell.state !== 'there' || cell.shown === null)
    return (
      <span className="fact-value fact-none">
        {cell.state === 'there' ? words.compare.masked : words.compare.states[cell.state]}
      </span>
    )
  if (row.field === 'name' && cell.words.some(({ mark }) => mark !== 'same'))
    return (
      <span className="fact-value">
        {cell.words.map((word, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words may repeat and never move
          <Word key={place} word={word} absent={words.compare.absent} />
        ))}
      </span>
    )
  if (row.field === 'birth_date')
    return (
      <span className="fact-value">
        <BirthDate cell={cell} months={months} />
      </span>
    )
  if (row.field === 'address' && !row.isRevealed)
    return <span className="fact-value">{fill(words.compare.stateOnly, { state: cell.shown })}</span>
  return <span className={cell.differs ? 'fact-value is-other' : 'fact-value'}>{cell.shown}</span>
}

function Word({ word, absent }: { word: CellWord; absent: string }) {
  if (word.text === '') return <span className="fact-none">[{absent}] </span>
  if (word.letters !== null)
    return (
      <>
        {word.letters.map(({ letter, same }, place) =>
          same ? (
            letter
          ) : (
            // biome-ignore lint/suspicious/noArrayIndexKey: letters repeat and never move
            <b key={place} className="is-different">
              {letter}
            </b>
          ),
        )}{' '}
      </>
    )
  const isOther = word.mark !== 'same' && word.mark !== 'title_dropped'
  return <>{isOther ? <b className="is-different">{word.text}</b> : word.text} </>
}

/** A whole date with the parts framed that differ, or what of it is shown. */
function BirthDate({ cell, months }: { cell: Cell; months: string }) {
  const shown = cell.shown ?? ''
  const parts = formatDate(shown, months).split(' ')
  const names = parts.length === 3 ? (['day', 'month', 'year'] as const) : (['year'] as const)
  return parts.map((part, place) => {
    const isOther = cell.parts.some((one) => one === names[place])
    return (
      <span key={names[place]}>
        {place > 0 && ' '}
        {isOther ? <b className="is-different">{part}</b> : part}
      </span>
    )
  })
}

function EvidenceChip({
  cell,
  vendor,
  months,
  words,
}: {
  cell: Cell
  vendor: string
  months: string
  words: CaseWords
}) {
  if (cell.state !== 'there' || cell.evidence === null) return <span />
  const { evidence } = words
  const isBroken = cell.signature !== null && !['valid', 'not_checked'].includes(cell.signature)
  const when =
    cell.readAt === null
      ? undefined
      : fill(evidence.at, {
          time: `${formatDate(cell.readAt, months)}, ${formatTime(cell.readAt).slice(0, 5)}`,
        })
  const level = cell.signature === 'signature_missing' ? 'unsigned' : isBroken ? 'broken' : cell.evidence
  const issuer = cell.source === 'player' ? '' : evidence.issuers[cell.source]
  return (
    <span className={`evidence evidence-${level}`} title={when}>
      <Icon name={EVIDENCE_ICONS[level]} />
      <span>
        {fill(evidence[level], { issuer, vendor })}
        {when !== undefined && <span className="sr-only">, {when}</span>}
      </span>
    </span>
  )
}

const EVIDENCE_ICONS = {
  issuer_signed: 'file-check',
  provider_asserted: 'plug',
  player_stated: 'user',
  broken: 'circle-x',
  unsigned: 'circle-question-mark',
} as const
