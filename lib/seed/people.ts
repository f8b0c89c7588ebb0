import 'server-only'
import { CaseRandom } from './random'

// Invented people. Their numbers have the right form and were never issued: a PAN with the digits 0000, a licence of
// office 00, and of Aadhaar nothing but four last digits.

const FIRST = [
  'Aarav',
  'Aditi',
  'Anil',
  'Asha',
  'Bhavna',
  'Chetan',
  'Deepa',
  'Farhan',
  'Gauri',
  'Harish',
  'Ishaan',
  'Jaya',
  'Kabir',
  'Kavita',
  'Lakshmi',
  'Manoj',
  'Meera',
  'Naveen',
  'Parikshan',
  'Pooja',
  'Rahul',
  'Ritu',
  'Sameer',
  'Shalini',
  'Tanvi',
  'Udaharan',
  'Varun',
  'Zoya',
] as const
const MIDDLE = ['Kumar', 'Devi', 'Prasad', 'Rani', 'Chandra', 'Mohan', 'Lal', 'Nath'] as const
const LAST = [
  'Namoona',
  'Udaharan',
  'Kalpanik',
  'Parikshak',
  'Pratiroop',
  'Nakli',
  'Abhyasi',
  'Kathan',
  'Swapnil',
  'Chitran',
  'Manohar',
  'Drishtant',
] as const
const STATES = ['KA', 'MH', 'TN', 'DL', 'GJ', 'UP', 'WB', 'RJ', 'KL', 'PB', 'HR', 'MP'] as const
const STATE_NAMES: Record<(typeof STATES)[number], string> = {
  KA: 'Karnataka',
  MH: 'Maharashtra',
  TN: 'Tamil Nadu',
  DL: 'Delhi',
  GJ: 'Gujarat',
  UP: 'Uttar Pradesh',
  WB: 'West Bengal',
  RJ: 'Rajasthan',
  KL: 'Kerala',
  PB: 'Punjab',
  HR: 'Haryana',
  MP: 'Madhya Pradesh',
}
const PAN_LETTERS = 26
/** All PANs of the form AAAPA0000A. */
const PANS = PAN_LETTERS ** 5
/** Prime to `PANS`, so that no two numbers below it give the same PAN. */
const STRIDE = 7_654_321

/** Above this number PANs would repeat. */
export const MOST_PEOPLE = PANS

export interface Person {
  first: string
  middle: string
  last: string
  name: string
  gender: 'M' | 'F'
  birthDate: string
  state: string
  address: string
  email: string
  pan: string
  licence: string
  aadhaarLast4: string
}

/** Person number `index` of a seed: always the same. Born so long before 2026 that nobody is a minor by accident. */
export function inventPerson(seed: number, index: number): Person {
  const random = new CaseRandom(seed, -1 - index)
  const [first, middle, last] = [random.pick(FIRST), random.pick(MIDDLE), random.pick(LAST)]
  const birthDate = `${random.between(1958, 2004)}-${two(random.between(1, 12))}-${two(random.between(2, 28))}`
  const state = random.pick(STATES)
  return {
    first,
    middle,
    last,
    name: `${first} ${middle} ${last}`,
    gender: random.pick(['M', 'F']),
    birthDate,
    state,
    address: `${random.between(1, 400)} Kalpanik Road, Namoonapur, ${STATE_NAMES[state]} ${random.between(110000, 855999)}`,
    email: `player-${seed}-${index}@seed.invalid`,
    pan: toPan((index * STRIDE) % PANS),
    licence: `${state}00${random.between(1998, 2025)}${String(index).padStart(7, '0').slice(-7)}`,
    aadhaarLast4: String(random.between(0, 9999)).padStart(4, '0'),
  }
}

const two = (number: number) => String(number).padStart(2, '0')

function toPan(number: number): string {
  const letters: string[] = []
  for (let left = number, at = 0; at < 5; at += 1, left = Math.floor(left / PAN_LETTERS))
    letters.push(String.fromCharCode(65 + (left % PAN_LETTERS)))
  return `${letters.slice(0, 3).join('')}P${letters[3]}0000${letters[4]}`
}
