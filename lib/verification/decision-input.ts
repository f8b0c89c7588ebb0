import 'server-only'
import { randomBytes } from 'node:crypto'
import type { CollectContext } from '@/db/queries/provider-sessions'
import { toCheckedDocument } from '@/lib/checks/to-checked-document'
import type { DecisionInput } from '@/lib/checks/types'
import { findConnection } from '@/lib/connections'
import { toBirthDate } from '@/lib/documents/dates'
import type { DocumentType, ReadDocument, SignatureVerdict } from '@/lib/documents/types'
import { CAPABILITIES } from '@/lib/providers'
import type { CollectOutcome, MissingReason } from '@/lib/providers/types'
import type { Vault } from '@/lib/vault'
import { consentedDocuments } from './collection'
import { findExpectedPerson } from './expected-person'

/** Reasons that lie with issuer or vendor and may be gone tomorrow; the player did share. */
const PASSING: readonly MissingReason[] = ['issuer_unavailable', 'unreadable']

/** What came, as the documents' reader left it; null where it could not be read. */
interface Arrived {
  fetched: { type: DocumentType }
  document: ReadDocument | null
  /** Known also of XML that could not be read. */
  signature: SignatureVerdict
}

/**
 * All that a decision looks at, except which other players have the same numbers and whether another browser came back:
 * both are asked again when it is written.
 */
export async function toDecisionInput(
  context: CollectContext,
  vault: Vault,
  outcome: Pick<Extract<CollectOutcome, { kind: 'documents' }>, 'assurance' | 'profile'>,
  came: { arrived: readonly Arrived[]; missing: readonly { reason: MissingReason }[]; today: string },
): Promise<DecisionInput> {
  const { arrived, missing, today } = came
  const { connectionId, bound } = context.session
  const vendor = findConnection(connectionId)?.vendor
  const { assurance, profile } = outcome
  return {
    salt: randomBytes(16).toString('hex'),
    way: consentedDocuments(context).includes('photo_document') ? 'capture' : 'digilocker',
    today,
    documents: arrived.flatMap(({ document }) =>
      document === null ? [] : [toCheckedDocument(document, today)],
    ),
    unreadable: arrived.flatMap(({ document, fetched }) => (document === null ? [fetched.type] : [])),
    unreadableSignatures: arrived.flatMap(({ document, signature }) =>
      document === null ? [signature] : [],
    ),
    nothingShared: arrived.length === 0 && missing.every(({ reason }) => !PASSING.includes(reason)),
    minorReported: missing.some(({ reason }) => reason === 'minor'),
    stated: await findExpectedPerson(context, vault),
    personMustMatch: vendor !== undefined && CAPABILITIES[vendor].personMustMatch,
    locker: profile === null ? null : toLocker(profile),
    bound,
    duplicates: [],
    assurance: assurance === undefined ? null : { ...assurance, warnings: [...assurance.warnings] },
  }
}

function toLocker({ name, birthDate }: { name: string | null; birthDate: string | null }) {
  const date = birthDate === null ? null : toBirthDate(birthDate)
  return { name: name?.toWellFormed() ?? null, birthDate: date }
}
