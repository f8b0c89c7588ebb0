import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run staff:invite -- <email> <role> [role …]
npm run staff:invite -- --first

Prints a one-time link to the desk, good for 72 hours. For somebody who has an account it is a way back in: roles stay,
what they signed in with before ends. With --first it is the link that \`npm start\` prints, good for 24 hours and only while
nobody manages the team; it replaces the one before.

role            viewer, reviewer, lead, auditor or operator
`,
)
const { runProgram } = await import('./lib/app.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(() => runProgram('staff-invite', process.argv.slice(2)))
