/** What a page looks like from afar, while it is on its way. */
export type Shape = 'table' | 'case' | 'tiles' | 'lines'

const SHAPES: readonly (readonly [string, Shape])[] = [
  ['/admin/cases/', 'case'],
  ['/admin/queue', 'table'],
  ['/admin/players/', 'lines'],
  ['/admin/players', 'table'],
  ['/admin/audit', 'table'],
  ['/admin/analytics', 'tiles'],
  ['/admin/providers/', 'lines'],
  ['/admin/providers', 'tiles'],
]

/** The shape of the page at this address; the home page and what is like it has tiles, forms and lists are lines. */
export function shapeOf(href: string): Shape {
  const path = href.split(/[?#]/, 1)[0] ?? ''
  if (path === '/admin') return 'tiles'
  return SHAPES.find(([start]) => path.startsWith(start))?.[1] ?? 'lines'
}
