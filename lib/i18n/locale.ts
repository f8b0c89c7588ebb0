// Which language a reader gets. Pure: safe to import anywhere.

import { LOCALES, type Locale } from '@/lib/consent/types'

export const DEFAULT_LOCALE: Locale = 'en'

/** Each language by its own name, as the switch in the masthead shows it. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', hi: 'हिन्दी' }

/** True for a language whose messages are complete. */
export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((locale) => locale === value)
}

/** The reader's own choice, else the best of `Accept-Language`, else English. */
export function pickLocale(cookie: string | undefined, acceptLanguage: string | null): Locale {
  if (isLocale(cookie)) return cookie
  const wishes = (acceptLanguage ?? '').split(',').map(toWish)
  wishes.sort((a, b) => b.weight - a.weight)
  return wishes.find((wish) => wish.weight > 0 && wish.locale !== null)?.locale ?? DEFAULT_LOCALE
}

/** The language that the switch offers: with two there is just the other one. */
export function otherLocale(locale: Locale): Locale {
  return locale === 'en' ? 'hi' : 'en'
}

function toWish(part: string): { locale: Locale | null; weight: number } {
  const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
  const language = tag.split('-')[0]
  const quality = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('q='))
  const weight = quality === undefined ? 1 : Number(quality.slice(2))
  return { locale: isLocale(language) ? language : null, weight: Number.isFinite(weight) ? weight : 0 }
}
