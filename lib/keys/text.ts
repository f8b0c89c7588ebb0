import 'server-only'
import type { Rotated } from './rotate'
import type { KeyReport, Place, Progress, Report } from './types'

// What the command says, in lines for a person. Ids and counts alone.

const STEP_WORDS: Readonly<Record<Progress['step'], string>> = {
  wrapping: 'Wrapping data keys anew',
  index: 'Making look-up values anew',
  new_data_keys: 'Making new data keys',
  settling: 'Waiting for requests and jobs under way',
  resealing: 'Sealing values with the new data keys',
  removing: 'Removing old data keys',
}

/** One line about where a rotation is. */
export function toProgressLine({ step, done, waitMs }: Progress): string {
  const wait = waitMs === undefined ? '' : `, ${Math.ceil(waitMs / 1000)} s to go; stopping here is safe`
  return `${STEP_WORDS[step]}: ${done} done${wait}`
}

/** The report, after what this run did. `rotated` is null when it only looked. */
export function toText(report: Report, rotated: Rotated | null): string {
  const { players, withOldVersions } = report.dataKeys
  return [
    ...(rotated === null ? [] : toOutcomes(rotated)),
    'Wrapping keys (DATA_KEYS)',
    ...toLines(report.keys, 'DATA_KEYS'),
    'Index keys (INDEX_KEY)',
    ...toLines(report.keys, 'INDEX_KEY'),
    `Data keys: ${players} players, ${withOldVersions} of them with an old version as well${
      withOldVersions === 0 ? '' : '; --data finishes that'
    }`,
  ].join('\n')
}

function toOutcomes({ wrapping, index, data }: Rotated): string[] {
  const lines = [
    `Wrapped anew: ${wrapping.done}. Look-up values made anew: ${index.done}.${
      data === null ? '' : ` New data keys and values sealed with them: ${data.done}.`
    }`,
  ]
  const stuck = wrapping.stuck + index.stuck + (data?.stuck ?? 0)
  if (stuck > 0) lines.push(`${stuck} did not open or do not fit and were left as they are; see docs/keys.md`)
  else if ((data?.left ?? 0) > 0)
    lines.push(`${data?.left} players still use an old data key: run this again to finish.`)
  return [...lines, '']
}

function toLines(keys: readonly KeyReport[], setting: KeyReport['setting']): string[] {
  return keys.filter((key) => key.setting === setting).flatMap((key) => [toLine(key), ...toPlaces(key)])
}

function toLine({ id, writes, configured, uses, removable }: KeyReport): string {
  const what = configured ? (writes ? 'writes' : 'reads') : 'NOT CONFIGURED'
  const when =
    writes || !configured
      ? ''
      : removable === 'now'
        ? '; may be removed now'
        : removable === 'no'
          ? '; must stay'
          : `; may be removed after ${toTime(removable.after)}`
  return `  ${id}  ${what}, ${uses} uses${when}`
}

/** Where an old key is still needed, and how that ends. */
function toPlaces({ writes, places }: KeyReport): string[] {
  return writes ? [] : places.map((place) => `      ${place.uses} in ${place.place}: ${toEnd(place)}`)
}

function toEnd({ way, until }: Place): string {
  if (way === 'by_rotation') return 'goes with the next rotation'
  if (way === 'with_its_row') return 'cannot be made anew, goes when its row does (retention or erasure)'
  return `over by ${until === null ? 'itself' : toTime(until)}`
}

const toTime = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
