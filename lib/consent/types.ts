// The notice as data, and what a player ticks. Pure: safe to import anywhere.

import type { Way } from '@/lib/providers/types'

export const LOCALES = ['en', 'hi'] as const
export type Locale = (typeof LOCALES)[number]

/** Ways to prove who one is, in the order in which they are offered. */
export const WAYS = ['digilocker', 'capture'] as const satisfies readonly Way[]

/** One thing that a player may tick: a document for its purpose, or the result mail. */
export const CONSENT_ITEMS = ['aadhaar', 'driving_licence', 'pan', 'photo_document', 'result_mail'] as const
export type ConsentItemId = (typeof CONSENT_ITEMS)[number]

/** The way that agreed items or documents belong to: a photographed document is never mixed with those of DigiLocker. */
export function wayOf(items: readonly ConsentItemId[]): Way {
  return items.includes('photo_document') ? 'capture' : 'digilocker'
}

export interface NoticeItem {
  id: ConsentItemId
  title: string
  /** What is read, one line. */
  reads: string
}

export interface NoticePurpose {
  id: 'identity_and_age' | 'payout_name' | 'result_mail'
  title: string
  /** `one_of`: at least one of the items; `all`: every item; `optional`: the player's choice. */
  need: 'one_of' | 'all' | 'optional'
  items: NoticeItem[]
  /** Why it is kept and for how long, one line, printed on the receipt. */
  retention: string
}

export interface NoticeSection {
  id: string
  title: string
  paragraphs: string[]
  list: string[]
  /** Shown unfolded on the consent page. */
  open: boolean
}

/** One version of the notice for one way in one language: `messages/notices/<version>/<way>/<locale>.json`. */
export interface NoticeContent {
  version: number
  /** `YYYY-MM-DD` */
  date: string
  locale: Locale
  way: Way
  title: string
  intro: string
  purposes: NoticePurpose[]
  sections: NoticeSection[]
}

/** The notice with all names filled in: exactly what the player saw and what the receipt's hash covers. */
export interface Notice extends NoticeContent {
  /** SHA-256 of the canonical JSON of the filled-in content, hex. */
  sha256: string
}
