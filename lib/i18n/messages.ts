// The sentences of one language, with English where a translation is missing. Pure: safe to import anywhere.

import type { Locale } from '@/lib/consent/types'
import desk from '@/messages/desk'
import en from '@/messages/en.json'
import hi from '@/messages/hi.json'

type PlayerMessages = typeof en
/** Staff pages are English in every language; what they preview of a player's page is in the player's. */
export type Messages = PlayerMessages & { desk: typeof desk }
/** What the status page says while it changes: handed to the browser, so it holds plain text and no plural rules. */
export type JourneyWords = Messages['journey']

type Tree = { readonly [key: string]: string | Tree }

const MESSAGES: Readonly<Record<Locale, Messages>> = {
  en: { ...en, desk },
  hi: { ...(withFallback(hi, en) as PlayerMessages), desk },
}

/** All sentences of `locale`; a missing one is the English one. */
export function messagesFor(locale: Locale): Messages {
  return MESSAGES[locale]
}

/** `tree` with every gap filled from `fallback`; keys unknown to `fallback` fall away. */
export function withFallback(tree: Tree, fallback: Tree): Tree {
  const filled = Object.entries(fallback).map(([key, own]): [string, string | Tree] => {
    const translated = tree[key]
    if (typeof own === 'string')
      return [key, typeof translated === 'string' && translated !== '' ? translated : own]
    return [key, withFallback(typeof translated === 'object' ? translated : {}, own)]
  })
  return Object.fromEntries(filled)
}

/** Paths that `fallback` has and `tree` lacks, like `status.stop.title`. */
export function listMissing(tree: Tree, fallback: Tree, path = ''): string[] {
  return Object.entries(fallback).flatMap(([key, own]) => {
    const translated = tree[key]
    if (typeof own === 'string')
      return typeof translated === 'string' && translated !== '' ? [] : [path + key]
    return listMissing(typeof translated === 'object' ? translated : {}, own, `${path}${key}.`)
  })
}
