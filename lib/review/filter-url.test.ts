import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseFilter, toAddress } from './filter-url'
import { QUEUE_VIEWS, QueueFilter } from './types'

const from = (text: string) => parseFilter(new URLSearchParams(text))

describe('a filter in an address', () => {
  test.each(QUEUE_VIEWS.map((view) => [view.key, QueueFilter.parse(view.filter)] as const))(
    'view %s comes back as it was written',
    (_, filter) => {
      expect(from(toAddress(filter))).toEqual({ filter, dropped: [] })
    },
  )

  test('holds everything that a filter may say, readably', () => {
    const filter = QueueFilter.parse({
      status: ['awaiting_reviewer', 'rejected'],
      reason: 'name_unclear',
      documents: ['pan:missing', 'aadhaar:arrived'],
      olderThanHours: 4,
      newerThanHours: 0,
      dueWithinHours: 8,
      assignee: '7d2a1d1c-9f6e-4d7e-9a43-3c0b6d0e8f10',
      holder: 'nobody',
      tag: 'bank-letter',
      snoozed: false,
      escalated: true,
      connection: 'idto',
      sandbox: true,
      begunFrom: '2026-10-23',
      begunTo: '2026-11-21',
      policy: '3',
      counted: 'first_pass',
      sort: 'due',
    })
    expect(toAddress(filter)).toContain(
      'status=awaiting_reviewer,rejected&reason=name_unclear&documents=pan:missing',
    )
    expect(from(toAddress(filter))).toEqual({ filter, dropped: [] })
    expect(Object.keys(QueueFilter.shape).sort()).toEqual(Object.keys(filter).sort())
  })

  test('leaves out what it does not know, and names it', () => {
    expect(
      from(
        'status=approved,lost&sort=cheapest&snoozed=perhaps&due=-1&tag=%3Cb%3E&assignee=bob&connection=id%00to',
      ),
    ).toEqual({
      filter: QueueFilter.parse({ status: ['approved'] }),
      dropped: [
        { name: 'status', value: 'lost' },
        { name: 'due', value: '-1' },
        { name: 'assignee', value: 'bob' },
        { name: 'tag', value: '<b>' },
        { name: 'snoozed', value: 'perhaps' },
        { name: 'connection', value: 'id\0to' },
        { name: 'sort', value: 'cheapest' },
      ],
    })
  })

  test('takes the first of two values and names the second', () => {
    expect(from('sort=due&sort=oldest')).toEqual({
      filter: QueueFilter.parse({ sort: 'due' }),
      dropped: [{ name: 'sort', value: 'oldest' }],
    })
    expect(parseFilter({ status: ['approved', 'rejected'], sort: undefined }).filter.status).toEqual([
      'approved',
      'rejected',
    ])
  })

  test('never throws, and what it gives is a filter that comes back', () => {
    const names = fc.constantFrom(
      'status',
      'reason',
      'documents',
      'due',
      'older',
      'tag',
      'sort',
      'snoozed',
      'x',
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.string()), { maxLength: 12 }), (pairs) => {
        const { filter } = parseFilter(new URLSearchParams(pairs))
        expect(from(toAddress(filter))).toEqual({ filter, dropped: [] })
      }),
      { numRuns: 300 },
    )
  })
})
