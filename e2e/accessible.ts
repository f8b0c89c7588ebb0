import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'

// What a machine can tell of a page: WCAG 2.2 AA by axe, and that nothing is wider than its window.

interface Look {
  width: number
  height: number
  colorScheme: 'light' | 'dark'
}

/** The desk is used on wide screens alone. Widths change the layout and colours the contrast, neither the other. */
export const DESK_LOOKS = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 1024, height: 768, colorScheme: 'dark' },
] as const

const RULES = {
  all: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  colours: { type: 'rule', values: ['color-contrast'] },
} as const

/** The page as it stands breaks no rule and does not scroll sideways. `name` is told when it does. */
export async function expectAccessible(page: Page, name = page.url(), rules: keyof typeof RULES = 'all') {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode() // the other way opens a page for each; there are no frames
    .options({ runOnly: { ...RULES[rules], values: [...RULES[rules].values] }, resultTypes: ['violations'] })
    .analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect.soft(found, name).toEqual([]) // one run tells everything
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect.soft(overflow, `${name} sideways`).toBeLessThanOrEqual(0)
}

/** The same in every look. Colours change contrast alone, so all other rules are tried once for each width. */
export async function expectAccessibleIn(
  page: Page,
  looks: readonly Look[],
  name = page.url(),
  also: (at: string) => Promise<void> = async () => {},
) {
  const widths = new Set<number>()
  for (const { width, height, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' }) // no colour is caught half way
    await page.setViewportSize({ width, height })
    const rules = widths.has(width) ? 'colours' : 'all'
    const at = `${name}, ${width} wide, ${colorScheme}`
    await expectAccessible(page, at, rules)
    await also(at)
    widths.add(width)
  }
}
