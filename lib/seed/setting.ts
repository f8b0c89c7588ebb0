import 'server-only'
import { connections } from '@/lib/connections'
import { noticeFor, recipientNames, recipientsOf, ways } from '@/lib/consent/notice'
import type { Notice } from '@/lib/consent/types'
import { canonicalJson } from '@/lib/crypto/sign'
import { sha256 } from '@/lib/crypto/tokens'
import { env } from '@/lib/env'
import { type CurrentPolicy, DEFAULT_POLICY } from '@/lib/policy/current'
import { hashPolicy } from '@/lib/policy/decide'
import { CAPABILITIES } from '@/lib/providers'
import type { Connection, Way } from '@/lib/providers/types'

/** What all cases of one run share. */
export interface SeedSetting {
  seed: number
  /** Everything happens before this. */
  untilMs: number
  ways: { way: Way; notice: Notice; recipients: Connection[]; recipientNames: string[] }[]
  policy: CurrentPolicy
  policySha256: string
}

/** Which cases to make: the same numbers and the same time give the same cases, but for keys and nonces. */
export interface SeedRange {
  seed: number
  untilMs: number
  first: number
  count: number
  /** All cases of this run: they follow one another over the invented year, as the rows of a real one do. */
  run: { first: number; count: number }
}

/** The setting as it follows from the app's own: its connections, notices and policy (of the file, else the shipped one). */
export function readSetting({ seed, untilMs }: Pick<SeedRange, 'seed' | 'untilMs'>): SeedSetting {
  const own = env().policy
  const policy: CurrentPolicy =
    own === null ? { policy: DEFAULT_POLICY, origin: 'shipped' } : { policy: own, origin: 'file' }
  return {
    seed,
    untilMs,
    ways: ways().map((way) => ({
      way,
      notice: shortNotice(noticeFor('en', way, connections())),
      recipients: recipientsOf(way, connections()),
      recipientNames: recipientNames(way, connections()),
    })),
    policy,
    policySha256: hashPolicy(policy.policy),
  }
}

export const mustMatch = ({ vendor }: Connection) => CAPABILITIES[vendor].personMustMatch

/** The notice in force with every long text cut: invented people agreed to this, and their receipts stay small. */
function shortNotice({ sha256: _, ...whole }: Notice): Notice {
  const content = {
    ...whole,
    intro: 'Shortened for invented cases.',
    sections: [],
    purposes: whole.purposes.map((purpose) => ({
      ...purpose,
      retention: '',
      items: purpose.items.map((item) => ({ ...item, reads: '' })),
    })),
  }
  return { ...content, sha256: sha256(canonicalJson(content)).toString('hex') }
}
