import { expect, test } from 'vitest'
import type { CaseFile } from '@/lib/review/case'
import { toBlock } from './to-setup'

const LEAD = { isLead: true, mayDecide: true }

test('who looks a second time is offered no claim: its refusal would tell the first verdict', () => {
  const file = { status: 'awaiting_reviewer', work: { isOpen: true }, lookId: null } as CaseFile
  expect(toBlock(file, LEAD)).toBeNull()
  expect(toBlock({ ...file, lookId: 'one' }, LEAD)).toBe('blind')
})
