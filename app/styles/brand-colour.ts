// One hex from the operator, fitted to both themes so that text and controls in it stay readable.

import { contrast, fromHex, isInSrgb, type Oklch, toHex } from './colour'

interface Theme {
  grounds: readonly string[]
  limit: (lightness: number) => number
  step: number
  hover: number
  soft: { lightness: number; chroma: number }
}

const PAPER = '#fcfdfb'
const INK = '#0f1730'
/** Hue of `failed`: a brand this near would make every button look like a refusal. */
const FAILED_HUE = 27
const FAILED_REACH = 20

const LIGHT: Theme = {
  grounds: ['#eef3ec', '#fdfcf8', '#e5ebe3'],
  limit: (lightness) => Math.min(0.52, lightness),
  step: -0.005,
  hover: -0.06,
  soft: { lightness: 0.943, chroma: 0.02 },
}
const DARK: Theme = {
  grounds: ['#11151d', '#191d26', '#242932'],
  limit: (lightness) => Math.max(0.7, lightness),
  step: 0.005,
  hover: 0.06,
  soft: { lightness: 0.292, chroma: 0.05 },
}

export interface FittedBrand {
  /** Values of the custom properties that `[data-brand]` in globals.css reads. */
  light: FittedColour
  dark: FittedColour
}

interface FittedColour {
  primary: string
  hover: string
  soft: string
  on: string
}

/** Null for anything but `#rrggbb`, and for hues beside `failed`: then buttons keep the ink blue. */
export function fitBrand(hex: string): FittedBrand | null {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return null
  const wish = fromHex(hex)
  const distance = Math.abs(((wish.hue - FAILED_HUE + 540) % 360) - 180)
  if (wish.chroma > 0.04 && distance <= FAILED_REACH) return null
  return { light: toTheme(wish, LIGHT), dark: toTheme(wish, DARK) }
}

function toTheme(wish: Oklch, theme: Theme): FittedColour {
  let colour = intoSrgb({
    ...wish,
    lightness: theme.limit(wish.lightness),
    chroma: Math.min(0.16, wish.chroma),
  })
  while (!theme.grounds.every((ground) => contrast(toHex(colour), ground) >= 4.5)) {
    const lightness = colour.lightness + theme.step
    if (lightness <= 0 || lightness >= 1) break
    colour = intoSrgb({ ...colour, lightness })
  }
  const primary = toHex(colour)
  return {
    primary,
    hover: toHex(intoSrgb({ ...colour, lightness: colour.lightness + theme.hover })),
    soft: toHex(intoSrgb({ ...theme.soft, hue: colour.hue })),
    on: contrast(primary, PAPER) >= contrast(primary, INK) ? PAPER : INK,
  }
}

function intoSrgb(colour: Oklch): Oklch {
  let inside = colour
  while (!isInSrgb(inside) && inside.chroma > 0)
    inside = { ...inside, chroma: Math.max(0, inside.chroma - 0.005) }
  return inside
}
