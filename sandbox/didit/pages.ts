import { chooserPage } from '../consent/chooser'
import { messagePage } from '../consent/page'
import { decideByRule } from '../consent/routes'
import { type Call, type Reply, seeOther } from '../http'
import { findPersonaRule } from '../rules'
import { addressOf, type Journey, type Sandbox } from '../state'
import { announceOpened } from '../webhooks'
import { isLanguage } from './create-fields'
import { findSession, isOver } from './session'

/**
 * `GET /{lang}/session/{token}`: the hosted page, here with the chooser in place of a camera. Opening it puts the
 * session in progress; an unfinished one can be opened again, as a player does who closed the tab.
 */
export function hostedPage(sandbox: Sandbox, call: Call): Reply {
  const session = findSession(sandbox, call.params.token ?? '')
  const isKnown = session?.facts.token === call.params.token && isLanguage(call.params.lang ?? '')
  if (!session || !isKnown) {
    return messagePage(404, 'This link is not known', 'Go back to the app and start once more.')
  }
  if (session.outcome === 'gone') session.outcome = 'open'
  if (session.outcome !== 'open') return seeOther(session.wayBack ?? '/didit-finished')
  if (isOver(sandbox, session)) {
    return messagePage(410, 'Time ran out', 'Go back to the app and start once more.')
  }
  open(sandbox, session)
  const rule = findPersonaRule(sandbox.rules, 'didit', addressOf(session))
  return rule?.auto ? decideByRule(sandbox, session, rule) : chooserPage(sandbox, session, rule)
}

function open(sandbox: Sandbox, session: Journey): void {
  delete session.facts.status
  if (session.facts.opened) return
  session.facts.opened = 'yes'
  if (sandbox.modes.didit.webhookOpened) announceOpened(sandbox, session)
}

/** `GET /didit-finished`: where a player ends whose app named no `callback`, and the workflow has none. */
export function finishedPage(): Reply {
  return messagePage(200, 'You are done here', 'The app asked for no way back. You can close this tab.')
}

/** `GET /didit-stopped`: who gives up is not sent back; no such return is documented. */
export function stoppedPage(): Reply {
  const sentence = 'Nothing was checked. Nobody sends you back from here: open the app again yourself.'
  return messagePage(200, 'You stopped', sentence)
}
