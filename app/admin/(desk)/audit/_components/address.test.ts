import { expect, test } from 'vitest'
import { toAddress, toFilter } from './address'

test('an address and its filter are the same thing', () => {
  const address = {
    actor: 'staff',
    action: 'policy.',
    object: 'policy',
    from: '2026-11-01',
    to: '2026-11-20',
    reference: '7F3K9QXD',
    after: '2026-11-20 10:00:00.123456+00~11111111-1111-4111-8111-111111111111~12',
  }
  const { filter, isDropped } = toFilter(address)
  expect(isDropped).toBe(false)
  const back = new URL(toAddress(filter, { after: address.after }), 'http://localhost')
  expect(Object.fromEntries(back.searchParams)).toEqual(address)
})

test('what is not understood is left out and told', () => {
  const wrong = { actor: 'nobody', action: "x' or 1", reference: '7f3k-9qxd', after: 'yesterday', else: '1' }
  expect(toFilter(wrong)).toEqual({ filter: { reference: '7F3K9QXD' }, isDropped: true })
  const id = '11111111-1111-4111-8111-111111111111'
  for (const forged of [
    { after: `2026-02-30 10:00:00+00~${id}~1` },
    { after: `0000-01-01 10:00:00+00~${id}~1` },
    { after: `2026-11-20 10:00:00+00~${'-'.repeat(36)}~1` },
    { from: '0000-01-01' },
    { to: '9999-12-31' },
  ])
    expect(toFilter(forged), JSON.stringify(forged)).toEqual({ filter: {}, isDropped: true })
  expect(toFilter({ toString: '1' })).toEqual({ filter: {}, isDropped: false })
  expect(toAddress(toFilter({}).filter)).toBe('/admin/audit')
})
