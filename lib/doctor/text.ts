import 'server-only'
import type { Probe, Report } from './types'

// A report as lines for a terminal, in the order in which people read it: what it is, what to do, what was seen.

const WIDTH = 110
const STATE = { ok: 'ok', problem: 'PROBLEM', skipped: 'skipped' } as const

/** One report as text. Holds what the report holds, and so no secret. */
export function toText(report: Report): string {
  const { displayName, connection, baseUrl, source, finding, healthy } = report
  const where = source === 'sandbox' ? `${baseUrl ?? ''} (sandbox)` : (baseUrl ?? 'no address')
  const lines = [
    `${displayName}, ${connection}, ${where}: ${healthy ? 'healthy' : finding}`,
    '',
    ...wrap(report.diagnosis, '  '),
    ...wrap(report.explanation, '  '),
    ...section(
      'What to do',
      report.fixes.flatMap((fix, place) => wrap(`${place + 1}. ${fix}`, '    ', '       ')),
    ),
    ...section(
      'Found besides',
      report.alsoFound.flatMap(({ finding: code, diagnosis, fix }) =>
        wrap(`- ${code}: ${diagnosis} ${fix}`, '    ', '      '),
      ),
    ),
    ...section(
      `What was examined, ${(report.ms / 1000).toFixed(1)} s, ${report.examinedAt}`,
      report.probes.flatMap(describeProbe),
    ),
    ...section(
      'The same answer may also mean',
      report.alsoPossible.flatMap(({ finding: code, howToTell }) =>
        wrap(`- ${code}: ${howToTell}`, '    ', '      '),
      ),
    ),
    ...section(
      'What this rules out',
      report.rulesOut.flatMap((text) => wrap(`- ${text}`, '    ', '      ')),
    ),
    ...(healthy || report.curl === null ? [] : section('Try it yourself', indent(report.curl, '    '))),
    ...(report.ticket === null
      ? []
      : section(`Ticket for the support of ${displayName}, ready to paste`, indent(report.ticket, '    '))),
  ]
  return lines.join('\n')
}

/** One line per connection, for the end of a longer run. */
export function toSummary(reports: readonly Report[]): string {
  const names = Math.max(...reports.map(({ connection }) => connection.length))
  const codes = Math.max(...reports.map(({ finding }) => finding.length))
  return reports
    .map(
      ({ connection, finding, diagnosis }) =>
        `${connection.padEnd(names)}  ${finding.padEnd(codes)}  ${diagnosis}`,
    )
    .join('\n')
}

function describeProbe({ title, state, finding, evidence, fix, ms }: Probe): string[] {
  const [first = '', ...others] = evidence
  const head = `    ${STATE[state].padEnd(8)} ${title.padEnd(16)} `
  const gap = ' '.repeat(head.length)
  const hint = state === 'ok' && finding !== null && fix !== null ? [`hint (${finding}): ${fix}`] : []
  const time = state === 'skipped' ? '' : ` (${ms} ms)`
  return [`${first}${time}`, ...others, ...hint].flatMap((line, place) =>
    wrap(line, place === 0 ? head : gap, gap),
  )
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `  ${title}`, ...lines]
}

function indent(text: string, by: string): string[] {
  return text.split('\n').map((line) => `${by}${line}`.trimEnd())
}

/** Breaks at blanks; a longer word stays whole. */
function wrap(text: string, first: string, rest = first): string[] {
  const lines: string[] = []
  let line = first
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const isStart = line === first || line === rest
    if (!isStart && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = rest
    }
    line += line === first || line === rest ? word : ` ${word}`
  }
  return text.trim() === '' ? [] : [...lines, line]
}
