import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DrizzleQueryError } from 'drizzle-orm'
import { redirect } from 'next/navigation'
import { describe, expect, test } from 'vitest'

const file = path.join(mkdtempSync(path.join(tmpdir(), 'ante-respond-')), 'log')
process.env.LOG_FILE = file
const { respondToBrowser } = await import('./respond')

describe('a page that a browser opens', () => {
  test('shows and logs nothing of an unexpected error but its name', async () => {
    const cause = Object.assign(new Error('duplicate key: (email)=(leaked@example.test)'), { code: '23505' })
    const response = await respondToBrowser(() => {
      throw new DrizzleQueryError('insert into players values ($1)', ['leaked@example.test'], cause)
    })
    expect(response.status).toBe(500)
    expect(await response.text()).not.toMatch(/leaked|insert/)
    const line = readFileSync(file, 'utf8')
    expect(line).toContain('"event":"request.failed"')
    expect(line).toContain('23505')
    expect(line).not.toMatch(/leaked|insert/)
  })

  test("passes the framework's own signals on", async () => {
    await expect(respondToBrowser(() => redirect('/sign-in'))).rejects.toThrow('NEXT_REDIRECT')
  })
})
