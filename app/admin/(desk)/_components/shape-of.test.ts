import { expect, test } from 'vitest'
import { shapeOf } from './shape-of'

test('the shape of a page is that of its address, whatever it asks for', () => {
  expect(
    ['/admin', '/admin?x=1', '/admin/queue?status=approved', '/admin/cases/7f3k', '/admin/players'].map(
      shapeOf,
    ),
  ).toEqual(['tiles', 'tiles', 'table', 'case', 'table'])
  expect(
    ['/admin/players/1', '/admin/providers/idto', '/admin/providers', '/admin/team'].map(shapeOf),
  ).toEqual(['lines', 'lines', 'tiles', 'lines'])
})
