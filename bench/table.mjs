/** One row is `{ figure, ours, baseline, ratio, spread?, unit, goal? }`; a goal is `{ atLeast }` or `{ atMost }`. */

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

export function isMet({ ratio, goal }) {
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
    goal ? (goal.atLeast === undefined ? `≤ ${goal.atMost.toFixed(2)}` : `≥ ${goal.atLeast.toFixed(2)}`) : '',
    goal ? (isMet(row) ? 'met' : 'missed') : '',
  ]
}

function toText(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
