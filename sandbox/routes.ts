interface Route {
  method: string
  path: string
}

/** What fits a request: the route with the segments its path left open, or the methods that the path knows. */
export type Match<Found> = { route: Found; params: Record<string, string> } | { allow: string[] }

/** The route of this method and path. No methods at all: nothing has this path. */
export function findRoute<Found extends Route>(
  routes: readonly Found[],
  method: string,
  path: string,
): Match<Found> {
  const allow: string[] = []
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params && route.method === method) return { route, params }
    if (params) allow.push(route.method)
  }
  return { allow: [...new Set(allow)] }
}

/** Decoded segments for the `{name}`s of a pattern; null when the path is another one or cannot be decoded. */
export function matchPath(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, segment] of wanted.entries()) {
    const found = given[index] ?? ''
    const name = /^\{(\w+)\}$/.exec(segment)?.[1]
    if (name === undefined && segment !== found) return null
    if (name === undefined) continue
    const text = decoded(found)
    if (!text) return null
    params[name] = text
  }
  return params
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment)
  } catch {
    return null
  }
}
