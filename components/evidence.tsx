import { Icon, type IconName } from '@/components/ui/icon'
import type { DocumentType, EvidenceLevel } from '@/lib/documents/types'
import { fill, formatTime } from '@/lib/i18n/format'
import type { JourneyWords } from '@/lib/i18n/messages'

const ICONS: Readonly<Record<EvidenceLevel, IconName>> = {
  issuer_signed: 'file-check',
  provider_asserted: 'plug',
  player_stated: 'user',
}

/**
 * Who vouches for a document, through whom it came and when. Says "signed" only of a signature that we checked, and of a
 * photographed document who read it.
 */
export function Evidence({
  level,
  type,
  vendor,
  readAt,
  sandbox,
  words,
}: {
  level: EvidenceLevel
  type: DocumentType
  vendor: string | null
  readAt: string | null
  sandbox: boolean
  words: JourneyWords
}) {
  const isRead = type === 'photo_document' && !sandbox
  const source = sandbox ? words.evidence.sandbox : sourceOf(level, type, vendor, words)
  const details = [
    ...(vendor === null || isRead ? [] : [fill(words.evidence.through, { vendor })]),
    ...(readAt === null ? [] : [fill(words.evidence.read, { time: formatTime(readAt) })]),
  ]
  return (
    <span className={`evidence evidence-${sandbox ? 'sandbox' : level}`}>
      <Icon name={sandbox ? 'plug' : ICONS[level]} />
      <span className="num">
        <b>{source}</b> {details.join(', ')}
      </span>
    </span>
  )
}

function sourceOf(
  level: EvidenceLevel,
  type: DocumentType,
  vendor: string | null,
  { evidence, issuers }: JourneyWords,
): string {
  if (type !== 'photo_document') return fill(evidence[level], { issuer: issuers[type] })
  return vendor === null ? evidence.photoAlone : fill(evidence.photo, { vendor })
}
