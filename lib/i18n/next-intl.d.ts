import type { Locale as OurLocale } from '@/lib/consent/types'
import type { Messages as OurMessages } from '@/lib/i18n/messages'

// The core of next-intl: declared on 'next-intl' itself, `getLocale` would still answer any string.
declare module 'use-intl' {
  interface AppConfig {
    Locale: OurLocale
    Messages: OurMessages
  }
}
