import 'server-only'
import type { CheckedDocument } from '@/lib/checks/types'
import type { DocumentType } from '@/lib/documents/types'
import type { Person } from './people'
import type { CaseRandom } from './random'

// What happens in one invented case: how far it comes, what its documents say, and when.

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const YEAR_MS = 365 * DAY_MS
/** An open review waits for days at most, or a desk would be lost already. */
const REVIEW_WITHIN_MS = 4 * DAY_MS
const CONSENT_WITHIN_MS = 5 * DAY_MS

/**
 * How a case ends. `agreeing` and `doubtful` are decided by the policy, and what it hands to a person is decided by one;
 * `with_reviewer` is a doubtful one that still waits.
 */
export type Ending =
  | 'agreeing'
  | 'doubtful'
  | 'with_reviewer'
  | 'minor'
  | 'incomplete'
  | 'revoked'
  | 'expired'
  | 'cancelled'
  | 'failed'
  | 'awaiting_consent'
  | 'awaiting_player'
  | 'awaiting_provider'

/** What is over, in hundredths of a percent. */
const ENDINGS: readonly (readonly [number, Ending])[] = [
  [8_080, 'agreeing'],
  [700, 'doubtful'],
  [150, 'minor'],
  [300, 'incomplete'],
  [20, 'revoked'],
  [450, 'expired'],
  [200, 'cancelled'],
  [100, 'failed'],
]
/** The last cases of a run are on their way: this part of them all. */
const UNDER_WAY = 0.003
const UNDER_WAY_ENDINGS: readonly (readonly [number, Ending])[] = [
  [2, 'awaiting_player'],
  [1, 'awaiting_provider'],
]
/** Of the cases of the last days, so many wait: one in a hundred of the year's for a person, fewer for a consent. */
const OPEN_REVIEW_SHARE = 0.46
const OPEN_CONSENT_SHARE = 0.07

/** Why a person has to look. */
export type Doubt =
  | 'initial'
  | 'other_name'
  | 'other_birth_date'
  | 'duplicate'
  | 'brought_elsewhere'
  | 'expired'

const DOUBTS: readonly (readonly [number, Doubt])[] = [
  [40, 'initial'],
  [20, 'other_name'],
  [15, 'other_birth_date'],
  [5, 'duplicate'],
  [10, 'brought_elsewhere'],
  [10, 'expired'],
]

export interface Story {
  ending: Ending
  doubt: Doubt | null
  createdAt: Date
  startedAt: Date
  returnedAt: Date
  decidedAt: Date
  /** When a person decided, or staff took an approval back. */
  reviewedAt: Date
  /** True when an attempt that ran out came before. */
  isSecond: boolean
}

/** What happens at `place` of the year, from 0 to below 1; all of it before `untilMs`. */
export function inventStory(random: CaseRandom, untilMs: number, place: number): Story {
  const age = place < 1 - UNDER_WAY ? ageAt(place) : random.share() * MINUTE_MS
  const ending = place < 1 - UNDER_WAY ? endingAt(random, age) : random.weighted(UNDER_WAY_ENDINGS)
  const doubt = ending === 'doubtful' || ending === 'with_reviewer' ? random.weighted(DOUBTS) : null
  const toStart = random.between(1, 9) * MINUTE_MS
  const away = random.between(60, 900) * 1000
  const reading = random.between(3, 40) * 1000
  const waiting = random.between(1, 30) * HOUR_MS
  const created = untilMs - age - toStart - away - reading
  const decided = created + toStart + away + reading
  return {
    ending,
    doubt,
    createdAt: new Date(created),
    startedAt: new Date(created + toStart),
    returnedAt: new Date(created + toStart + away),
    decidedAt: new Date(decided),
    reviewedAt: new Date(Math.min(decided + waiting, untilMs)),
    isSecond: ending === 'agreeing' && random.below(100) < 6,
  }
}

/** How long ago it came to where it stands; more and more of them towards the end of the year. */
function ageAt(place: number): number {
  return (1 - Math.sqrt(place)) * YEAR_MS
}

function endingAt(random: CaseRandom, age: number): Ending {
  if (age < REVIEW_WITHIN_MS && random.share() < OPEN_REVIEW_SHARE) return 'with_reviewer'
  if (age < CONSENT_WITHIN_MS && random.share() < OPEN_CONSENT_SHARE) return 'awaiting_consent'
  return random.weighted(ENDINGS)
}

/** What the vendor brought of the documents that the player agreed to. */
export function inventDocuments(
  story: Story,
  person: Person,
  agreed: readonly DocumentType[],
  today: string,
): CheckedDocument[] {
  const { ending, doubt } = story
  const came = ending === 'incomplete' ? agreed.filter((type) => type !== 'pan') : agreed
  return came.map((type) => {
    const isPan = type === 'pan'
    const isLast = type === came.at(-1)
    return {
      type,
      name: isLast && doubt !== null ? doubtfulName(doubt, person) : person.name,
      birthDate: ending === 'minor' ? minorsBirthDate(today) : birthDate(person, isLast ? doubt : null),
      gender: isPan ? null : person.gender,
      state: type === 'aadhaar' || type === 'driving_licence' ? person.state : null,
      expiresOn: type === 'driving_licence' ? expiry(today, doubt) : null,
      evidence: 'provider_asserted',
      remarks: type === 'driving_licence' && doubt === 'expired' ? ['document_expired'] : [],
      signature: 'not_checked',
      fetchedOn: today,
    }
  })
}

function doubtfulName(doubt: Doubt, { first, middle, last, name }: Person): string {
  if (doubt === 'initial') return `${first.charAt(0)} ${middle.charAt(0)} ${last}`
  if (doubt === 'other_name') return `${first} ${middle} ${last === 'Nakli' ? 'Kathan' : 'Nakli'}`
  return name
}

/** A year earlier, or, beside initials, only the year: then a rule cannot tell. */
function birthDate({ birthDate: date }: Person, doubt: Doubt | null): string {
  if (doubt === 'initial') return date.slice(0, 4)
  return doubt === 'other_birth_date' ? `${Number(date.slice(0, 4)) - 1}${date.slice(4)}` : date
}

function minorsBirthDate(today: string): string {
  return `${Number(today.slice(0, 4)) - 16}${today.slice(4, 8)}01`
}

function expiry(today: string, doubt: Doubt | null): string {
  return `${Number(today.slice(0, 4)) + (doubt === 'expired' ? -1 : 7)}${today.slice(4, 8)}15`
}
