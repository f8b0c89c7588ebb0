import { describe, expect, it } from 'vitest'
import { REASON_CODES, REASONS } from '@/lib/checks/reasons'
import { messagesFor } from '@/lib/i18n/messages'
import {
  isFinal,
  type JourneyView,
  type NextAction,
  type ReasonCode,
  STATUSES,
  type Status,
} from '@/lib/verification/types'
import { fixesOf, reasonsToTell, screenOf, sidesOf } from './screens'

type Standing = Pick<JourneyView, 'status' | 'reasons' | 'nextAction' | 'bothAreMe' | 'correctFirst'>
const CALM = { nextAction: 'wait', bothAreMe: false, correctFirst: null } as const
const LANGUAGES = ['en', 'hi'] as const
const standing = (status: Status, reasons: ReasonCode[], change: Partial<Standing> = {}): Standing => ({
  status,
  reasons,
  ...CALM,
  ...change,
})

/** Where nothing is left to say about whose side it is on: the heading says it all. */
const SAID_BY_HEADING = ['approved', 'awaiting_consent', 'awaiting_player', 'awaiting_confirmation'] as const

describe.each(REASON_CODES)('%s', (reason) => {
  it.each(STATUSES)('tells as %s what happened and whose side it is on, in every language', (status) => {
    const screen = screenOf(standing(status, [reason]))
    const told = reasonsToTell({ reasons: [reason] }, screen)
    for (const language of LANGUAGES) {
      const { status: words, reasons } = messagesFor(language)
      expect(words.screens[screen].heading, `${screen} ${language}`).not.toBe('')
      expect(words.screens[screen].lead, `${screen} ${language}`).not.toBe('')
      expect(reasons[reason], language).not.toBe('')
      for (const side of sidesOf(told)) expect(words.sides[side]).not.toBe('')
      for (const fix of fixesOf(told)) expect(words.putRights[fix]).not.toBe('')
    }
    const isPlain = reason === 'all_checks_passed' || (SAID_BY_HEADING as readonly Status[]).includes(status)
    const isWaiting = status === 'awaiting_reviewer' || status === 'awaiting_provider'
    // Either the heading is about this very reason, or the reason stands below it with its side.
    if (!isPlain && told.length === 0)
      expect(['reviewing', 'resubmit', 'rejected', 'revoked']).not.toContain(screen)
    if (isWaiting && reason !== 'all_checks_passed' && screen === 'reviewing')
      expect(sidesOf(told)).toHaveLength(1)
  })

  it('says, asked for again, what to do first where another try helps', () => {
    const screen = screenOf(standing('resubmission_requested', [reason]))
    const { fixFirst, retryHelps } = REASONS[reason]
    if (screen === 'resubmit' && retryHelps && fixFirst !== null)
      expect(fixesOf(reasonsToTell({ reasons: [reason] }, screen))).toEqual([fixFirst])
  })
})

describe('every next action', () => {
  it.each<[NextAction, Standing, string]>([
    ['answer', standing('awaiting_reviewer', ['name_unclear'], { nextAction: 'answer' }), 'fix_it'],
    [
      'correct_details',
      standing('awaiting_reviewer', ['person_not_matched'], { nextAction: 'correct_details' }),
      'typed_wrong',
    ],
    ['wait', standing('awaiting_reviewer', ['name_unclear'], { bothAreMe: true }), 'both_are_me'],
    ['wait', standing('awaiting_reviewer', ['person_not_matched']), 'reviewing'],
    [
      'try_again',
      standing('resubmission_requested', ['name_unclear'], { correctFirst: 'pan' }),
      'correct_first',
    ],
    ['try_again', standing('resubmission_requested', ['name_differs']), 'name_differs'],
  ])('%s has its page', (_action, given, screen) => {
    expect(screenOf(given)).toBe(screen)
  })

  it('a page of its own is never drawn for what has ended', () => {
    for (const status of STATUSES.filter(isFinal))
      expect(['fix_it', 'typed_wrong']).not.toContain(screenOf(standing(status, ['name_unclear'])))
  })
})
