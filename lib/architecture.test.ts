import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

// Who may import whom: the house rules of docs/architecture.md, checked from the sources themselves.

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['app', 'components', 'lib', 'db', 'sandbox', 'scripts']

interface Import {
  /** Importing file, from the root. */
  from: string
  /** Imported module: a path from the root without extension, or a package. */
  to: string
  typeOnly: boolean
}

const sources = FOLDERS.flatMap((folder) => listFiles(path.join(ROOT, folder)))
  .map((file) => path.relative(ROOT, file))
  .filter((file) => /\.tsx?$/.test(file) && !/(\.test|\.testing|\/testing|\/story)/.test(file))
const imports = sources.flatMap(readImports)

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name)
    return entry.isDirectory() ? listFiles(full) : [full]
  })
}

function readImports(from: string): Import[] {
  const text = readFileSync(path.join(ROOT, from), 'utf8')
  const found = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[^'"]*?from\s+'([^']+)'|^import\s+'([^']+)'|import\('([^']+)'\)/gm,
  )
  return [...found].map((match) => {
    const target = match[2] ?? match[3] ?? match[4] ?? ''
    const to = target.startsWith('.')
      ? path.join(path.dirname(from), target)
      : target.replace(/^@\/(?=\w)/, '')
    return { from, to, typeOnly: match[1] !== undefined }
  })
}

const inside = (folder: string) => (name: string) => name === folder || name.startsWith(`${folder}/`)
const isProject = (to: string) => FOLDERS.some((folder) => inside(folder)(to)) || inside('messages')(to)
const isPureFile = (to: string) => /\/(types|form|reasons)$/.test(to)

/** Imports that break a rule, as `from → to`. */
function broken(from: (file: string) => boolean, isBad: (one: Import) => boolean): string[] {
  return imports.filter((one) => from(one.from) && isBad(one)).map((one) => `${one.from} → ${one.to}`)
}

/** Features on the left may use those on their right, never the other way. */
const FEATURES = ['lib/seed', 'lib/review', 'lib/rights', 'lib/verification', 'lib/consent']
const LEAVES = ['env', 'errors', 'limits', 'actor', 'log', 'plain-page', 'redact', 'vendor-settings'].map(
  (name) => `lib/${name}`,
)

describe('imports', () => {
  test('are found at all', () => {
    expect(imports.length).toBeGreaterThan(300)
    expect(imports.some((one) => one.from === 'lib/verification/start.ts' && one.to === 'lib/vault')).toBe(
      true,
    )
  })

  test('app never reaches into db', () => {
    expect(broken(inside('app'), (one) => inside('db')(one.to))).toEqual([])
  })

  test('components know neither app nor db, and of lib only types and pure formatting', () => {
    const allowed = (to: string) =>
      isPureFile(to) || inside('lib/i18n')(to) || ['lib/settings-view', 'lib/review/filter-url'].includes(to)
    expect(
      broken(
        inside('components'),
        (one) =>
          inside('app')(one.to) ||
          inside('db')(one.to) ||
          (inside('lib')(one.to) && !one.typeOnly && !allowed(one.to)),
      ),
    ).toEqual([])
  })

  test('primitives know nothing about identity checks', () => {
    expect(
      broken(inside('components/ui'), (one) => isProject(one.to) && !inside('components/ui')(one.to)),
    ).toEqual([])
  })

  test('lib never reaches up to app or components, and only sign-in and language touch the framework', () => {
    const framework = (to: string) =>
      /^next(\/|$)/.test(to) || to === 'next-auth' || to.startsWith('next-intl')
    const mayTouch = (file: string) => inside('lib/auth')(file) || inside('lib/i18n')(file)
    expect(
      broken(
        inside('lib'),
        (one) =>
          inside('app')(one.to) || inside('components')(one.to) || (framework(one.to) && !mayTouch(one.from)),
      ),
    ).toEqual([])
  })

  test('features point to the right only', () => {
    const bad = FEATURES.flatMap((feature, place) =>
      broken(inside(feature), (one) => FEATURES.slice(0, place).some((left) => inside(left)(one.to))),
    )
    expect(bad).toEqual([])
  })

  test('providers know crypto, documents by type, and leaves; never the database, the framework, a feature or another vendor', () => {
    const allowed = (to: string) =>
      inside('lib/providers')(to) || inside('lib/crypto')(to) || LEAVES.includes(to) || isPureFile(to)
    expect(broken(inside('lib/providers'), (one) => isProject(one.to) && !allowed(one.to))).toEqual([])
    const names = readdirSync(path.join(ROOT, 'lib/providers'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['fixtures', 'testing'].includes(entry.name))
      .map(({ name }) => `lib/providers/${name}`)
    expect(names).toHaveLength(6)
    for (const vendor of names) {
      const others = names.filter((name) => name !== vendor)
      expect(broken(inside(vendor), (one) => others.some((other) => inside(other)(one.to)))).toEqual([])
    }
  })

  test('the doctor knows providers and leaves, never the database, a page or a feature, so that a page may call it', () => {
    const allowed = (to: string) =>
      inside('lib/doctor')(to) || inside('lib/providers')(to) || LEAVES.includes(to) || isPureFile(to)
    expect(broken(inside('lib/doctor'), (one) => isProject(one.to) && !allowed(one.to))).toEqual([])
  })

  test('keys know no feature but how a reference is written', () => {
    const isFeature = (to: string) =>
      ['lib/verification', 'lib/consent', 'lib/webhooks', 'lib/connections'].some((one) => inside(one)(to))
    expect(
      broken(inside('lib/keys'), ({ to }) => isFeature(to) && to !== 'lib/verification/reference'),
    ).toEqual([])
  })

  test('staff know crypto, audit, queries and leaves; never a feature, a vendor or the framework', () => {
    const allowed = (to: string) =>
      ['lib/staff', 'lib/crypto', 'lib/audit', 'db'].some((folder) => inside(folder)(to)) ||
      LEAVES.includes(to) ||
      isPureFile(to)
    expect(broken(inside('lib/staff'), (one) => isProject(one.to) && !allowed(one.to))).toEqual([])
  })

  test('documents and crypto are pure: no database, no network, no feature', () => {
    for (const folder of ['lib/documents', 'lib/crypto'])
      expect(
        broken(
          inside(folder),
          (one) =>
            isProject(one.to) &&
            !one.typeOnly &&
            !inside(folder)(one.to) &&
            !inside('lib/crypto')(one.to) &&
            !LEAVES.includes(one.to),
        ),
      ).toEqual([])
  })

  test('checks are pure: documents, their own files and nothing that reads or writes', () => {
    const allowed = (to: string) => inside('lib/checks')(to) || inside('lib/documents')(to) || isPureFile(to)
    expect(broken(inside('lib/checks'), (one) => isProject(one.to) && !allowed(one.to))).toEqual([])
  })

  test('the policy knows checks, crypto, vault, queries and leaves; never a feature, a provider or a page', () => {
    const allowed = (to: string) =>
      ['lib/policy', 'lib/checks', 'lib/crypto', 'db'].some((folder) => inside(folder)(to)) ||
      [...LEAVES, 'lib/vault'].includes(to) ||
      isPureFile(to)
    expect(broken(inside('lib/policy'), (one) => isProject(one.to) && !allowed(one.to))).toEqual([])
    const decide = ['lib/policy/decide.ts', 'lib/policy/types.ts']
    const isPure = (to: string) =>
      ['lib/policy', 'lib/checks', 'lib/crypto'].some((folder) => inside(folder)(to))
    expect(
      broken(
        (file) => decide.includes(file),
        (one) => isProject(one.to) && !isPure(one.to) && !isPureFile(one.to),
      ),
    ).toEqual([])
  })

  test('db knows settings and pure types, nothing else', () => {
    expect(
      broken(
        inside('db'),
        (one) => isProject(one.to) && !inside('db')(one.to) && one.to !== 'lib/env' && !isPureFile(one.to),
      ),
    ).toEqual([])
  })

  test('the sandbox is a stranger: it imports nothing of the app, and the app nothing of it', () => {
    expect(broken(inside('sandbox'), (one) => isProject(one.to) && !inside('sandbox')(one.to))).toEqual([])
    expect(
      broken(
        (file) => !inside('sandbox')(file),
        (one) => inside('sandbox')(one.to),
      ),
    ).toEqual([])
  })

  test('files of lib and db that run on the server say so', () => {
    const silent = sources.filter(
      (file) =>
        (inside('lib')(file) || inside('db/queries')(file) || file === 'db/client.ts') &&
        !readFileSync(path.join(ROOT, file), 'utf8').includes("import 'server-only'"),
    )
    const pure =
      /\/(types|form|reasons|errors|actor|limits|retention-classes|plain-page|vendor-settings|format|locale|messages|screens|filter-url|next-intl\.d)\.ts$/
    expect(silent.filter((file) => !pure.test(file))).toEqual([])
  })
})

test('every server action goes through a wrapper that checks origin, session, fields and rate', () => {
  const actions = sources.filter((file) =>
    readFileSync(path.join(ROOT, file), 'utf8').startsWith("'use server'"),
  )
  expect(actions.length).toBeGreaterThanOrEqual(6)
  for (const file of actions) {
    const exported = [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^export .*$/gm)].map(
      ([line]) => line,
    )
    for (const line of exported)
      expect(line, file).toMatch(/^export const \w+ = ((player|public|staff)Action|(public|staff)Call)\(/)
  }
})

test('versions are not below the security floors', () => {
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string }>
  }
  const version = (name: string) =>
    (lock.packages[`node_modules/${name}`]?.version ?? '0.0.0').split('.').map(Number)
  const atLeast = (name: string, floor: number[]) => {
    const found = version(name)
    const first = floor.findIndex((part, place) => part !== found[place])
    return first === -1 || (found[first] ?? 0) > (floor[first] ?? 0)
  }
  expect(atLeast('next', [16, 3, 4]), 'next').toBe(true)
  expect(atLeast('react', [19, 2, 8]), 'react').toBe(true)
  expect(atLeast('react-dom', [19, 2, 8]), 'react-dom').toBe(true)
  expect(atLeast('xml-crypto', [6, 1, 0]), 'xml-crypto').toBe(true)
})

test('there is one logger, and nothing of the app writes beside it', () => {
  const writers = sources.filter(
    (file) =>
      !inside('sandbox')(file) &&
      !inside('scripts')(file) &&
      /process\.std(out|err)|console\.\w+\(/.test(readFileSync(path.join(ROOT, file), 'utf8')),
  )
  expect(writers).toEqual([])
  expect(imports.filter((one) => one.to === 'pino').map((one) => one.from)).toEqual(['lib/log.ts'])
})
