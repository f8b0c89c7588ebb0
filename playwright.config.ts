import { defineConfig } from '@playwright/test'

const appPort = process.env.E2E_APP_PORT ?? '4300'
const sandboxPort = process.env.E2E_SANDBOX_PORT ?? '4310'
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

export default defineConfig({
  testDir: './e2e',
  outputDir: '.data/test/browser',
  fullyParallel: true,
  workers: 2,
  retries: process.env.CI === undefined ? 0 : 1, // a retry is told beside the count
  timeout: 60_000,
  forbidOnly: true,
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${appPort}`,
    trace: 'on-first-retry',
    screenshot: 'only-on-failure',
    locale: 'en-IN',
    viewport: { width: 360, height: 640 },
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  webServer: {
    command: 'node scripts/e2e-stack.mjs',
    url: `http://localhost:${appPort}/readyz`,
    reuseExistingServer: false,
    timeout: 120_000,
    env: { E2E_APP_PORT: appPort, E2E_SANDBOX_PORT: sandboxPort },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
  },
})
