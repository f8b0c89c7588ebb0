import type { IconName } from '@/components/ui/icon'
import type { MarkTone } from '@/components/ui/mark'
import type { Status } from '@/lib/verification/types'

/** How a state looks at the desk: the usual ones stay grey, so that the unusual one shows. */
export const STATUS_MARKS: Readonly<Record<Status, { tone: MarkTone; icon: IconName }>> = {
  awaiting_consent: { tone: 'none', icon: 'circle-dashed' },
  awaiting_player: { tone: 'none', icon: 'user' },
  awaiting_confirmation: { tone: 'none', icon: 'user' },
  awaiting_provider: { tone: 'none', icon: 'plug' },
  awaiting_reviewer: { tone: 'none', icon: 'hourglass' },
  approved: { tone: 'passed', icon: 'check' },
  rejected: { tone: 'failed', icon: 'circle-x' },
  resubmission_requested: { tone: 'pending', icon: 'pen-line' },
  cancelled: { tone: 'none', icon: 'minus' },
  expired: { tone: 'none', icon: 'minus' },
  failed: { tone: 'none', icon: 'minus' },
  revoked: { tone: 'failed', icon: 'ban' },
}
