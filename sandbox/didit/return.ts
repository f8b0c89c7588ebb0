import type { Journey, Sandbox } from '../state'
import { changed } from '../vendor'
import { settlesAfterMs, statusOf } from './session'

/**
 * Didit's way back: two parameters behind what the callback holds already, nothing signed (documented). A player who
 * gives up is not sent back: the documented statuses of the return are outcomes, so that the session is `Abandoned` at
 * once, for which a real one takes its whole life (assumed). The persona whose refusal carries markup does come back,
 * with the markup for a status.
 */
export function diditReturn(
  sandbox: Sandbox,
  session: Journey,
  error: Record<string, string>,
  changes: Record<string, string | null>,
): string {
  const reason = error.error_description ?? ''
  const hasMarkup = session.outcome === 'denied' && reason.includes('<')
  session.facts.settles_at = String(Date.now() + settlesAfterMs(sandbox, session))
  if (session.outcome === 'denied') {
    const declines = hasMarkup || sandbox.modes.didit.refusal === 'declined'
    session.facts.ended = declines ? 'Declined' : 'Abandoned'
    if (!declines) return '/didit-stopped'
  }
  if (!session.returnUrl) return '/didit-finished'
  const status = hasMarkup ? reason : statusOf(sandbox, session)
  return append(session.returnUrl, changed({ verificationSessionId: session.id, status }, changes))
}

/** Parameters behind those that are there, which stay as they are, even of the same name. */
function append(address: string, params: Record<string, string>): string {
  const added = new URLSearchParams(params).toString()
  if (!added) return address
  const [rest = '', ...fragment] = address.split('#')
  const joined = `${rest}${rest.includes('?') ? '&' : '?'}${added}`
  return [joined, ...fragment].join('#')
}
