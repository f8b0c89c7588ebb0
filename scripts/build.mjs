import { bootstrap } from './lib/bootstrap.mjs'

await bootstrap(
  import.meta.url,
  `
npm run build

Bundles the programs into dist/ and builds the app into .next/ when its sources changed.
`,
)
const { bundleEntries, buildIfChanged } = await import('./lib/build.mjs')
const { endOnSignals, main } = await import('./lib/shutdown.mjs')

endOnSignals({ code: 130 })
await main(async () => {
  await bundleEntries()
  const built = await buildIfChanged()
  if (!built) console.log('The app is up to date')
})
