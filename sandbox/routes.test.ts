import { expect, test } from 'vitest'
import { findRoute, matchPath } from './routes'

const ROUTES = [
  { method: 'GET', path: '/v3/session/{id}/decision/' },
  { method: 'POST', path: '/v3/session/' },
  { method: 'GET', path: '/v3/session/' },
]

test('a path parameter is one whole segment, decoded, and slashes count', () => {
  expect(matchPath('/xml/{uri}', '/xml/in.gov.pan-PANCR-A%2FB')).toEqual({ uri: 'in.gov.pan-PANCR-A/B' })
  expect(matchPath('/xml/{uri}', '/xml/')).toBeNull()
  expect(matchPath('/xml/{uri}', '/xml/a/b')).toBeNull()
  expect(matchPath('/v3/session/{id}/decision/', '/v3/session/7/decision')).toBeNull()
  expect(matchPath('/xml/{uri}', '/xml/%E0%A4%A')).toBeNull()
})

test('a known path with another method says which methods it has', () => {
  expect(findRoute(ROUTES, 'GET', '/v3/session/7/decision/')).toMatchObject({ params: { id: '7' } })
  expect(findRoute(ROUTES, 'PUT', '/v3/session/')).toEqual({ allow: ['POST', 'GET'] })
  expect(findRoute(ROUTES, 'GET', '/v4/session/')).toEqual({ allow: [] })
})
