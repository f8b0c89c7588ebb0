import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { collate } from './name-collation'
import { OUTLINES } from './ui/outlines'

// Names that the installed package keeps as an alias of another file.
const ALIASES: Readonly<Record<string, string>> = { 'circle-alert': 'circle-exclamation-point' }

describe('outlines', () => {
  it.each(Object.entries(OUTLINES))('%s is the outline of the installed icons', async (name, shapes) => {
    const file = new URL(
      `../node_modules/lucide-react/dist/esm/icons/${ALIASES[name] ?? name}.mjs`,
      import.meta.url,
    )
    const source = await readFile(file, 'utf8')
    for (const [, geometry] of shapes) {
      for (const value of Object.values(geometry)) expect(source).toContain(`"${value}"`)
    }
  })
})

describe('two spellings of a name', () => {
  it('are laid under each other word by word', () => {
    expect(collate('Sanika Kalpanik Rao', 'SONIKA KALPANIK  RAO')).toEqual([
      { one: 'SANIKA', two: 'SONIKA' },
      { one: 'KALPANIK', two: 'KALPANIK' },
      { one: 'RAO', two: 'RAO' },
    ])
  })

  it('are not when words are missing or longer, where letters would mislead', () => {
    expect(collate('Sanika Rao', 'Sanika Kalpanik Rao')).toBeNull()
    expect(collate('Sanika Rao', 'Saanika Rao')).toBeNull()
  })
})
