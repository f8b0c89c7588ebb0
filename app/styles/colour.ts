// Colour arithmetic for the token file, its tests and the operator's brand colour. Pure; never runs in a browser.
// OKLCH to sRGB after Björn Ottosson, "A perceptual color space for image processing"; contrast after WCAG 2.2.

export interface Oklch {
  lightness: number
  chroma: number
  hue: number
}

type Rgb = readonly [number, number, number]

/** Linear light, may lie outside 0 to 1 when the colour is outside sRGB. */
function toLinear({ lightness, chroma, hue }: Oklch): Rgb {
  const angle = (hue * Math.PI) / 180
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)]
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

/** True when every channel lies inside sRGB. */
export function isInSrgb(colour: Oklch): boolean {
  return toLinear(colour).every((channel) => channel >= -0.0005 && channel <= 1.0005)
}

/** Eight-bit sRGB as `#rrggbb`, channels outside sRGB clipped. */
export function toHex(colour: Oklch): string {
  const bytes = toLinear(colour).map((channel) => {
    const clipped = Math.min(1, Math.max(0, channel))
    const encoded = clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055
    return Math.round(encoded * 255)
  })
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** `#rrggbb` to OKLCH. */
export function fromHex(hex: string): Oklch {
  const [r, g, b] = toChannels(hex).map(decode) as unknown as Rgb
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  const hue = ((Math.atan2(bb, a) * 180) / Math.PI + 360) % 360
  return { lightness, chroma: Math.hypot(a, bb), hue }
}

/** WCAG 2.2 contrast of two `#rrggbb`, 1 to 21. */
export function contrast(one: string, two: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(two)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = toChannels(hex).map(decode)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function toChannels(hex: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255)
}

function decode(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
}
