import type { Metadata, Viewport } from 'next'
import localFont from 'next/font/local'
import { getLocale } from 'next-intl/server'
import type { CSSProperties, ReactNode } from 'react'
import { brand } from '@/lib/settings-view'
import './globals.css'
import { fitBrand } from './styles/brand-colour'

const geist = localFont({
  src: './fonts/geist-latin.woff2',
  variable: '--font-geist',
  weight: '400 700',
  display: 'swap',
})
const geistMono = localFont({
  src: './fonts/geist-mono-latin.woff2',
  variable: '--font-geist-mono',
  weight: '400 600',
  display: 'swap',
  preload: false,
  adjustFontFallback: false,
})

// Light and dark paper, for the browser's own bars.
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  colorScheme: 'light dark',
}

export function generateMetadata(): Metadata {
  const { name } = brand()
  return {
    title: { default: name, template: `%s · ${name}` },
    robots: { index: false, follow: false },
    formatDetection: { telephone: false, email: false, address: false, date: false },
  }
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const locale = await getLocale()
  return (
    <html
      lang={locale}
      dir="ltr"
      className={`${geist.variable} ${geistMono.variable}`}
      {...toBrandAttributes(brand().color)}
    >
      <body>{children}</body>
    </html>
  )
}

function toBrandAttributes(color: string | null): { 'data-brand'?: string; style?: CSSProperties } {
  const fitted = color === null ? null : fitBrand(color)
  if (fitted === null) return {}
  const properties = Object.entries(fitted).flatMap(([theme, { primary, hover, soft, on }]) => [
    [`--brand-${theme}`, primary],
    [`--brand-${theme}-hover`, hover],
    [`--brand-${theme}-soft`, soft],
    [`--brand-${theme}-on`, on],
  ])
  return { 'data-brand': '', style: Object.fromEntries(properties) }
}
