import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fitBrand } from './brand-colour'
import { contrast, fromHex, isInSrgb, type Oklch, toHex } from './colour'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

type Theme = Map<string, Oklch & { alpha: number }>

function readTheme(from: string, to?: string): Theme {
  const start = css.indexOf(from)
  const block = css.slice(start, to === undefined ? undefined : css.indexOf(to, start))
  const tokens = block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)(?: \/ ([\d.]+))?\)/g)
  return new Map(
    [...tokens].map(([, name = '', lightness, chroma, hue, alpha]) => [
      name,
      { lightness: Number(lightness), chroma: Number(chroma), hue: Number(hue), alpha: Number(alpha ?? 1) },
    ]),
  )
}

const light = readTheme(':root {', '[data-theme="dark"]')
const dark = readTheme('[data-theme="dark"]', '@media')
const darkBySystem = readTheme('@media')

const PAGES = ['background', 'surface', 'muted', 'facing', 'well']
const OUTCOMES = ['passed', 'pending', 'failed', 'info']
const SOFTS = OUTCOMES.map((outcome) => `${outcome}-soft`)

function pairs(inks: readonly string[], grounds: readonly string[]): [string, string][] {
  return inks.flatMap((ink) => grounds.map((ground): [string, string] => [ink, ground]))
}

const TEXT = [
  ...pairs(['foreground'], [...PAGES, ...SOFTS, 'primary-soft']),
  ...pairs(['muted-foreground', 'primary', 'primary-hover', 'margin-ink', ...OUTCOMES], PAGES),
  ...pairs(['muted-foreground'], [...SOFTS, 'primary-soft']),
  ...OUTCOMES.flatMap((outcome) => pairs([outcome], [`${outcome}-soft`])),
  ...OUTCOMES.flatMap((outcome) => pairs([`on-${outcome}`], [outcome])),
  ...pairs(['primary'], ['primary-soft']),
  ...pairs(['on-primary'], ['primary', 'primary-hover']),
  ...pairs(['surface'], ['foreground']),
]
const CONTROLS = pairs(['border-strong', 'focus'], PAGES)

describe.each([
  ['light', light],
  ['dark', dark],
])('tokens of the %s theme', (_name, theme) => {
  const ratio = (ink: string, ground: string) => {
    const [one, two] = [theme.get(ink), theme.get(ground)]
    if (!one || !two) throw new Error(`no token ${ink} or ${ground}`)
    return contrast(toHex(one), toHex(two))
  }

  it.each(TEXT)('%s is readable on %s', (ink, ground) => {
    expect(ratio(ink, ground)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(CONTROLS)('%s is visible on %s', (ink, ground) => {
    expect(ratio(ink, ground)).toBeGreaterThanOrEqual(3)
  })

  it('lie inside sRGB', () => {
    const outside = [...theme].filter(([, colour]) => !isInSrgb(colour)).map(([name]) => name)
    expect(outside).toEqual([])
  })
})

describe('token file', () => {
  it('names the same tokens in both themes', () => {
    expect([...dark.keys()]).toEqual([...light.keys()])
  })

  it('says the same for the forced and for the system dark theme', () => {
    expect([...darkBySystem]).toEqual([...dark])
  })

  it('is repeated in sRGB for browsers without oklch', async () => {
    await expect(toFallback()).toMatchFileSnapshot('./tokens-hex.css')
  })
})

describe('brand colour', () => {
  const grounds = (theme: Theme) =>
    ['background', 'surface', 'muted'].map((name) => toHex(theme.get(name) as Oklch))

  it.each(['#ffc400', '#00a86b', '#1d4ed8', '#7c3aed', '#111111', '#ffffff', '#0f766e'])(
    '%s stays readable in both themes',
    (hex) => {
      const fitted = fitBrand(hex)
      if (!fitted) throw new Error('not fitted')
      for (const ground of grounds(light))
        expect(contrast(fitted.light.primary, ground)).toBeGreaterThanOrEqual(4.5)
      for (const ground of grounds(dark))
        expect(contrast(fitted.dark.primary, ground)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(fitted.light.on, fitted.light.primary)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(fitted.dark.on, fitted.dark.primary)).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('leaves the buttons ink blue beside the red of a refusal', () => {
    expect(fitBrand('#e4002b')).toBeNull()
  })

  it('refuses anything but a hex colour', () => {
    expect(fitBrand('red; background: url(x)')).toBeNull()
  })

  it('converts there and back', () => {
    for (const hex of ['#ffc400', '#0f1730', '#fcfdfb']) expect(toHex(fromHex(hex))).toBe(hex)
  })
})

function toFallback(): string {
  const list = (theme: Theme, indent: string) =>
    [...theme]
      .map(([name, colour]) => `${indent}--${name}: ${toHex(colour)}${toAlpha(colour.alpha)};\n`)
      .join('')
  return `/* Written by tokens.test.ts from tokens.css: run it with \`--update\` after a change there. */
@supports not (color: oklch(0 0 0)) {
  :root {
${list(light, '    ')}  }

  [data-theme="dark"] {
${list(dark, '    ')}  }

  @media (prefers-color-scheme: dark) {
    :root:not([data-theme="light"]) {
${list(dark, '      ')}    }
  }
}
`
}

function toAlpha(alpha: number): string {
  return alpha === 1
    ? ''
    : Math.round(alpha * 255)
        .toString(16)
        .padStart(2, '0')
}
