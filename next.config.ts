import type { NextConfig } from 'next'
import createNextIntlPlugin from 'next-intl/plugin'

// Off by choice (docs/decisions/002): image optimiser, source maps in the browser, version header.
// Headers are set by our own listener (scripts/entry/web.ts), so that every answer carries them.
const config: NextConfig = {
  reactStrictMode: true,
  typedRoutes: true,
  poweredByHeader: false,
  compress: true,
  images: { unoptimized: true },
  productionBrowserSourceMaps: false,
  serverExternalPackages: [
    'pg-boss',
    'postgres',
    'undici',
    'pino',
    'nodemailer',
    'rate-limiter-flexible',
    'pdfkit',
  ],
  devIndicators: false,
  // Everybody gets the title with the head, not streamed behind it: a page without scripts has one too.
  htmlLimitedBots: /.*/,
}

export default createNextIntlPlugin('./lib/i18n/request.ts')(config)
