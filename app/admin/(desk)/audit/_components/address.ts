import { AuditFilter } from '@/lib/governance/types'

type Params = Readonly<Record<string, string | string[] | undefined>>

/** The filter that an address asks for; what is not understood is left out, and told. */
export function toFilter(params: Params): { filter: AuditFilter; isDropped: boolean } {
  const given = Object.entries(params).flatMap(([name, value]) => {
    const one = [value].flat()[0]
    return Object.hasOwn(AuditFilter.shape, name) && one !== undefined && one !== ''
      ? [[name, one] as const]
      : []
  })
  const good = given.filter(
    ([name, value]) => AuditFilter.shape[name as keyof AuditFilter].safeParse(value).success,
  )
  return { filter: AuditFilter.parse(Object.fromEntries(good)), isDropped: good.length < given.length }
}

/** The address of this filter with `change`; a page of its own only when `after` is given. */
export function toAddress({ after: _, ...filter }: AuditFilter, change: AuditFilter = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...filter, ...change }))
    if (value !== undefined) search.set(name, value)
  return search.size === 0 ? '/admin/audit' : `/admin/audit?${search}`
}
