import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import desk from '@/messages/desk'
import { SamePapers } from './same-papers'

test('an account that was rejected with the same papers is named with what became of it', () => {
  const [playerId, attemptId] = [
    '11111111-1111-4111-8111-111111111111',
    '22222222-2222-4222-8222-222222222222',
  ]
  const at = '2026-11-20T10:00:00Z'
  const html = renderToStaticMarkup(
    createElement(SamePapers, {
      links: {
        players: [
          {
            playerId,
            attemptId,
            reference: '7F3K-9QXD',
            status: 'rejected',
            createdAt: at,
            player: { kind: 'name', label: 'S••• K•••' },
          },
        ],
        edges: [
          { playerId, reason: 'pan', at },
          { playerId, reason: 'locker_account', at },
        ],
        isCut: false,
      },
      words: desk.case,
      statuses: desk.queue.statuses,
    }),
  )
  expect(html).toContain(`Another account has the same PAN, DigiLocker account:`)
  expect(html).toContain(`href="/admin/cases/${attemptId}">7F3K-9QXD</a>, ${desk.queue.statuses.rejected}`)
})
