/**
 * One row is `{ figure, ours, baseline, ratio, spread?, unit, goal? }`. A goal is about the ratio, `{ atLeast }`,
 * `{ atMost }` or `{ between }`, about the difference, `{ overheadAtMost }`, or about our own value, `{ oursAtMost }` or `{ oursAtLeast }`;
 * the last three in `unit`.
 */

const HEADINGS = ['figure', 'ours', 'baseline', 'ratio', 'spread', 'goal', '']

export function printTable(rows) {
  const lines = [HEADINGS, ...rows.map(toCells)]
  const widths = HEADINGS.map((_, column) => Math.max(...lines.map((cells) => cells[column].length)))
  console.log()
  for (const cells of lines) {
    const padded = cells.map((cell, column) =>
      column === 0 || column === 6 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    )
    console.log(padded.join('   ').trimEnd())
  }
}

export function isMet({ ours, baseline, ratio, goal }) {
  if (goal.overheadAtMost !== undefined) return ours - baseline <= goal.overheadAtMost
  if (goal.oursAtMost !== undefined) return ours <= goal.oursAtMost
  if (goal.oursAtLeast !== undefined) return ours >= goal.oursAtLeast
  if (goal.between !== undefined) return ratio >= goal.between[0] && ratio <= goal.between[1]
  return goal.atLeast === undefined ? ratio <= goal.atMost : ratio >= goal.atLeast
}

function toCells(row) {
  const { figure, ours, baseline, ratio, spread, unit, goal } = row
  return [
    figure,
    `${toText(ours)} ${unit}`,
    `${toText(baseline)} ${unit}`,
    ratio.toFixed(2),
    spread ? spread.map((value) => value.toFixed(2)).join('–') : '',
    goal ? goalText(row) : '',
    goal ? (isMet(row) ? 'met' : 'missed') : '',
  ]
}

function goalText({ goal, unit, ours, baseline }) {
  if (goal.overheadAtMost !== undefined)
    return `${(ours - baseline).toFixed(2)} more ≤ ${goal.overheadAtMost} ${unit}`
  if (goal.oursAtMost !== undefined) return `≤ ${goal.oursAtMost} ${unit}`
  if (goal.oursAtLeast !== undefined) return `≥ ${goal.oursAtLeast} ${unit}`
  if (goal.between !== undefined) return goal.between.map((value) => value.toFixed(2)).join('–')
  return goal.atLeast === undefined ? `≤ ${goal.atMost.toFixed(2)}` : `≥ ${goal.atLeast.toFixed(2)}`
}

function toText(value) {
  if (value < 1) return value.toFixed(2)
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
