import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm start            runs the app from a bare checkout
npm run dev          the same with the development server

Installs what is missing, builds what changed, starts the embedded PostgreSQL unless DATABASE_URL is set,
migrates, starts the sandbox when no vendor is configured, and serves http://localhost:3000 (PORT).
Ctrl-C stops all of it; the data stays in .data/ for the next start. Settings may be kept in a file .env.
`,
)
const { runApp } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ message: 'Stopping' })
await main(() => runApp({ isDev: process.argv.includes('--dev') }))
