/** Columns that can be put away, in their order, with the width that the mockups give them. */
export const COLUMNS = [
  { key: 'status', width: '132px', isWide: false },
  { key: 'player', width: '168px', isWide: false },
  { key: 'reference', width: '98px', isWide: true },
  { key: 'documents', width: '118px', isWide: false },
  { key: 'why', width: undefined, isWide: false },
  { key: 'tags', width: '120px', isWide: true },
  { key: 'age', width: '72px', isWide: false },
  { key: 'due', width: '128px', isWide: false },
  { key: 'assignee', width: '96px', isWide: false },
  { key: 'vendor', width: '100px', isWide: true },
] as const
export type ColumnKey = (typeof COLUMNS)[number]['key']
export const COLUMN_KEYS = COLUMNS.map(({ key }) => key)
/** Without these a row says nothing. */
export const FIXED: readonly ColumnKey[] = ['player', 'why']
const USUAL: readonly ColumnKey[] = COLUMN_KEYS.filter((key) => key !== 'tags')

export interface Layout {
  columns: readonly ColumnKey[]
  isCompact: boolean
}

/** How the table is laid out, out of the cookie that remembers it; the usual form for anything that it does not know. */
export function readLayout(cookie: string | undefined): Layout {
  const [names = '', density = 'compact'] = (cookie ?? '').split('~')
  const chosen = names.split('.')
  const columns = COLUMN_KEYS.filter((key) => FIXED.includes(key) || chosen.includes(key))
  return { columns: cookie === undefined ? USUAL : columns, isCompact: density !== 'comfortable' }
}

/** The same as text for the cookie. */
export function writeLayout({ columns, isCompact }: Layout): string {
  return `${columns.join('.')}~${isCompact ? 'compact' : 'comfortable'}`
}
