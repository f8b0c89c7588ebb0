type SearchParams = Record<string, string | string[] | undefined>

/** One value of a query, empty when it is absent; of several the first. */
export function readParam(params: SearchParams, name: string): string {
  const value = params[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}

/** `value` when it is one of `known`, else `other`: a query may hold anything. */
export function oneOf<Known extends string, Other>(
  value: string,
  known: readonly Known[],
  other: Other,
): Known | Other {
  return known.find((word) => word === value) ?? other
}
