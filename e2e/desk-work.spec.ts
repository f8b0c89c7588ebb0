import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Page } from '@playwright/test'
import postgres from 'postgres'
import { type Stack, startStack } from '../scripts/lib/stack.mjs'
import { DESK_LOOKS, expectAccessibleIn } from './accessible'
import { claimByKey, makeCase, openCase } from './desk'
import { expect, heading, test } from './fixtures'
import { callThem, giveStaffSession, type MadeStaff, makeInvite, makeStaff } from './staff'

// Every page of the desk by machine, and what a team does there beside deciding: views, many cases at once, snoozing, notes,
// conflicts, second persons. On a stack of its own with invented cases, so that lists are long and nobody else works in them.

const APP_PORT = 4380
const LIMITS = '.data/test/desk-limits.json'

test.describe.configure({ mode: 'serial' })
test.use({ baseURL: `http://localhost:${APP_PORT}`, viewport: { width: 1440, height: 900 } })

let stack: Stack
let owner: postgres.Sql
let meher: MadeStaff
let nandini: MadeStaff

test.beforeAll(async () => {
  test.setTimeout(120_000)
  const limits = JSON.parse(readFileSync('e2e/limits.json', 'utf8'))
  const review = { ...limits.review, secondLookPercent: 100 }
  writeFileSync(LIMITS, JSON.stringify({ ...limits, review }))
  stack = await startStack({
    name: 'desk',
    env: { LIMITS_FILE: LIMITS, MAILBOX_DIR: '.data/test/mailbox' },
    appPort: APP_PORT,
    sandboxPort: 4390,
    cases: 1500,
  })
  owner = postgres(stack.ownerUrl, { max: 1, onnotice: () => {} })
  meher = makeStaff(['reviewer', 'lead', 'auditor', 'operator'], 'Meher Udaharan', stack)
  nandini = makeStaff(['reviewer', 'lead'], 'Nandini Kalpanik', stack)
})

test.afterAll(async () => {
  await owner?.end()
  await stack?.stop()
})

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const note = (page: Page) => page.getByLabel('Note for colleagues')
const WAITING = '/admin/queue?status=awaiting_reviewer'

/** Their factor was shown so long ago. */
const showFactor = ({ id }: MadeStaff, ago: string) =>
  owner`update staff_sessions set factor_at = now() - ${ago}::interval where staff_id = ${id}`

/** The first attempt of a kind. */
async function anAttempt(reason: string, status: string): Promise<{ id: string; reference: string }> {
  const [row] = await owner<{ id: string; reference: string }[]>`
    select id, left(reference, 4) || '-' || substr(reference, 5) as reference from verifications
    where status = ${status} and ${reason} = any(reasons) order by id limit 1`
  if (row === undefined) throw new Error(`no ${status} attempt for ${reason}`)
  return row
}

/** The page of a player whose PAN another account has as well. */
async function aLinkedPlayer(): Promise<string> {
  const [row] = await owner<{ id: string }[]>`
    select min(player_id::text) as id from documents where type = 'pan' and number_index is not null
    group by number_index having count(distinct player_id) = 2 limit 1`
  if (row === undefined) throw new Error('nobody has the PAN of somebody else')
  return `/admin/players/${row.id}`
}

/** What a page shows beside what it opens with, each opened on the page as the one before left it. */
type States = Record<string, (page: Page) => Promise<unknown>>
interface Visit {
  /** The address, or how to get there. */
  at: string | ((page: Page) => Promise<unknown>)
  states?: States
}

const anew = (open: (page: Page) => Promise<unknown>) => async (page: Page) => {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await open(page)
}

/** By the path of the page's file. */
const VISITS: Record<string, Visit> = {
  '(desk)': {
    at: '/admin',
    states: {
      palette: (page) => page.keyboard.press('Control+k'),
      shortcuts: anew((page) => page.keyboard.press('?')),
    },
  },
  '(desk)/account': { at: '/admin/account' },
  '(desk)/analytics': { at: '/admin/analytics?days=90' },
  '(desk)/audit': { at: '/admin/audit' },
  '(desk)/audit/export': { at: '/admin/audit/export' },
  '(desk)/cases/[id]': {
    at: async (page) => {
      await page.goto(`/admin/cases/${(await anAttempt('name_differs', 'awaiting_reviewer')).id}`)
      await claimByKey(page)
    },
    states: {
      reveal: (page) => button(page, 'Reveal: Name').click(),
      snooze: anew((page) => page.keyboard.press('s')),
      verdict: anew((page) => page.keyboard.press('d')),
    },
  },
  '(desk)/players': { at: '/admin/players' },
  '(desk)/players/[id]': {
    at: async (page) => page.goto(await aLinkedPlayer()),
  },
  '(desk)/policy': { at: '/admin/policy' },
  '(desk)/policy/drafts/[id]': {
    at: async (page) => {
      await page.goto('/admin/policy')
      await button(page, 'Write a new version').click()
      await page.waitForURL(/\/drafts\//)
    },
  },
  '(desk)/policy/versions/[sha256]': {
    at: async (page) => {
      await page.goto('/admin/policy')
      await page.locator('a[href^="/admin/policy/versions/"]').first().click()
      await page.waitForURL(/\/versions\//)
    },
  },
  '(desk)/providers': { at: '/admin/providers' },
  '(desk)/providers/[id]': { at: '/admin/providers/idto' },
  '(desk)/providers/[id]/credentials': { at: '/admin/providers/hyperverge/credentials' },
  '(desk)/providers/[id]/set-up': { at: '/admin/providers/didit/set-up' },
  '(desk)/queue': {
    at: WAITING,
    states: {
      columns: (page) => page.locator('summary').filter({ hasText: 'Columns' }).click(),
      preview: async (page) => {
        await page.locator('tbody a.who').first().focus()
        await page.keyboard.press('Space')
      },
      'many cases': async (page) => {
        await page.keyboard.press('x')
        await button(page, 'Ask again').click()
      },
      export: async (page) => {
        await page.goto(WAITING)
        await button(page, 'Export').click()
      },
      'view to save': anew((page) => button(page, 'Save this view').click()),
    },
  },
  '(desk)/tasks': { at: '/admin/tasks' },
  '(desk)/team': { at: '/admin/team' },
  '(open)/confirm': { at: '/admin/confirm?next=/admin/team' },
  '(open)/setup/[token]': {
    at: async (page) => {
      const { link } = makeInvite(['viewer'], stack)
      await page.context().clearCookies()
      await page.goto(link)
    },
  },
  '(open)/sign-in': { at: '/admin/sign-in' },
}

test('every page there is breaks no rule of access, at desk widths, by day and by night', async ({
  page,
}) => {
  test.setTimeout(300_000)
  const pages = readdirSync('app/admin', { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'page.tsx')
    .map((file) => path.dirname(file))
  expect(Object.keys(VISITS).sort(), 'visits and pages').toEqual(pages.sort())
  await giveStaffSession(page, meher)
  for (const [name, { at, states = {} }] of Object.entries(VISITS)) {
    if (typeof at === 'string') await page.goto(at)
    else await at(page)
    await expect(heading(page), name).toBeVisible() // what is loading has none
    await expectAccessibleIn(page, DESK_LOOKS, name)
    for (const [state, open] of Object.entries(states)) {
      await open(page)
      await expectAccessibleIn(page, DESK_LOOKS, `${name}, ${state}`)
    }
  }
})

test('a lead keeps a view and chooses columns; a colleague opens the same by its address', async ({
  page,
  browser,
}) => {
  await giveStaffSession(page, meher)
  await page.goto(`${WAITING}&sort=oldest`)
  await button(page, 'Save this view').click()
  await page.getByLabel('Name of the tab').fill('=Long waits <b>')
  await button(page, 'Save').last().click()
  const tabs = page.getByRole('navigation', { name: 'Views' })
  await expect(tabs.getByRole('link', { name: /^=Long waits <b>/ })).toHaveAttribute('aria-current', 'page')
  const rows = await page.locator('tbody tr').count()

  const colleague = await browser.newPage({ baseURL: stack.appUrl })
  await giveStaffSession(colleague, nandini)
  await colleague.goto(page.url())
  await expect(colleague.locator('tbody tr')).toHaveCount(rows)
  await expect(colleague.getByText('Long waits')).toHaveCount(0)
  await colleague.close()

  await button(page, 'Remove this view').click()
  await expect(page.getByText('The view is gone.')).toBeVisible()
  await expect(page.getByText('Long waits')).toHaveCount(0)

  await page.locator('summary').filter({ hasText: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Vendor' }).uncheck()
  await button(page, 'Use these').click()
  await expect(page.getByRole('columnheader', { name: 'Vendor' })).toHaveCount(0)

  await owner`update reviews set opened_at = now() where closed_at is null and claimed_by is null`
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))) // back at the tab
  await button(page, /\d new, show/).click()
  await expect(button(page, /new, show/)).toHaveCount(0)
})

test('many cases at once are seen before, undone as a whole, or done one by one; none is approved', async ({
  page,
  consoleErrors,
}) => {
  await giveStaffSession(page, meher)
  await page.goto(`${WAITING}&holder=nobody`)
  const ticks = page.locator('tbody').getByRole('checkbox', { name: /^Select/ })
  const bar = page.getByRole('region', { name: 'What to do with the selected cases' })
  const tag = page.getByRole('dialog').getByLabel('Tag', { exact: true })
  const choose = async () => {
    for (const place of [0, 1]) await ticks.nth(place).check()
    await expect(bar).toContainText('2 selected')
  }
  const goOn = async () => {
    await button(page, 'See what would happen').click()
    await expect(page.getByText('It changes 2.')).toBeVisible()
    await button(page, 'Do it for 2').click()
  }
  await choose()
  await expect(bar.getByRole('button', { name: /Approve/ })).toHaveCount(0)
  await bar.getByRole('button', { name: 'Tag' }).click()
  await tag.fill('watch-list')
  await goOn()
  await button(page, 'Undo').click()
  await expect(page.getByText('Undone. Nothing was changed.')).toBeVisible()

  await choose()
  await bar.getByRole('button', { name: 'Assign' }).click()
  await page.getByLabel('Whom').selectOption({ label: 'Nandini Kalpanik' })
  await goOn()
  const theirs = page.locator('tbody tr').filter({ hasText: 'Nandini K.' })
  await expect(theirs).toHaveCount(2, { timeout: 20_000 }) // by itself, when the time to undo is over
  expect(await owner`select 1 from reviews where 'watch-list' = any(tags)`).toHaveLength(0)

  await choose()
  await bar.getByRole('button', { name: 'Tag' }).click()
  await tag.fill('late')
  await goOn()
  await page.route(/\/admin\/queue/, (route) => route.abort())
  await button(page, 'Undo').click()
  await expect(page.getByText('The line to the server broke.')).toBeVisible()
  consoleErrors.length = 0 // the browser reports the line that broke
})

test('a case is snoozed until its player writes, who gets an answer; it is noted, disputed and handed on', async ({
  page,
  browser,
  player,
}) => {
  test.setTimeout(120_000)
  const theirs = await makeCase(browser, player, 'one_letter', stack.appUrl)
  await theirs.page.getByRole('radio', { name: /Both are me/ }).check()
  await button(theirs.page, 'Continue').click()
  await giveStaffSession(page, meher)
  await page.goto('/admin/players')
  await openCase(page, theirs.reference)
  const address = page.url()

  await test.step('notes keep their versions', async () => {
    await claimByKey(page)
    await note(page).fill('Asked the tax office.')
    await button(page, 'Save the note').click()
    await button(page, 'Change').click()
    await page.getByLabel('Changing a note; earlier versions stay').fill('Asked twice.')
    await button(page, 'Save the note').click()
    await page.getByText('1 earlier').click()
    await expect(page.getByText('Asked the tax office.')).toBeVisible()
    await expect(page.getByText('Asked twice.')).toBeVisible()
  })

  await test.step('what the player does wakes it', async () => {
    await page.keyboard.press('s')
    await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click()
    await expect(page.getByText('Snoozed. It wakes by itself.')).toBeVisible()
    await page.goto('/admin/queue?status=awaiting_reviewer&snoozed=yes')
    await expect(page.getByText(theirs.reference, { exact: true })).toBeVisible()
    await theirs.page.goto('/me/ask/grievance')
    await theirs.page.getByRole('textbox').fill('How long does it take?')
    await button(theirs.page, 'Send').click()
    await expect(theirs.page.getByText('We have what you wrote.')).toBeVisible()
    await page.reload()
    await expect(heading(page)).toBeVisible()
    await expect(page.getByText(theirs.reference, { exact: true })).toHaveCount(0)
    await page.goto('/admin/tasks')
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Complaint' })
      .getByRole('link', { name: 'Read and answer' })
      .click()
    await expect(page.getByText('How long does it take?')).toBeVisible()
    await button(page, 'Send the answer').click()
    await expect(page.getByText('Answered. The player sees it with their requests.')).toBeVisible()
  })

  await test.step('an old factor is asked for again, and the way back is known', async () => {
    await page.goto(address)
    await claimByKey(page)
    await note(page).fill('Two offices, two vowels.')
    await showFactor(meher, '6 minutes')
    await button(page, 'Reveal: Birth date').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click()
    await page.getByRole('link', { name: 'Show it now' }).click()
    await expect(heading(page)).toHaveText('Still you, Meher Udaharan?')
    expect(new URL(page.url()).searchParams.get('next')).toBe(new URL(address).pathname)
    await showFactor(meher, '0')
    await page.goto(address)
    await expect(note(page)).toHaveValue('Two offices, two vowels.')
  })

  await test.step('a session that was ended loses nothing either', async () => {
    await page.keyboard.press('d')
    const [session] = await owner`delete from staff_sessions where staff_id = ${meher.id} returning *`
    await page.keyboard.press('Control+Enter')
    await expect(page.getByText('You are signed out.')).toBeVisible()
    await expect(note(page)).toHaveValue('Two offices, two vowels.')
    await owner`insert into staff_sessions ${owner(session ?? {})}`
  })

  await test.step('of two on one case the second is told who decided what', async () => {
    await owner`update reviews set claimed_by = null, claimed_at = null, claim_seen_at = null where claimed_by = ${meher.id}`
    const colleague = await browser.newPage({ baseURL: stack.appUrl, viewport: { width: 1440, height: 900 } })
    await giveStaffSession(colleague, nandini)
    await colleague.goto(address)
    await claimByKey(colleague)
    await colleague.keyboard.press('d')
    await colleague.keyboard.press('Control+Enter')
    await expect(button(colleague, 'Undo')).toBeVisible()
    await page.keyboard.press('Control+Enter')
    await expect(page.getByText(/Nandini Kalpanik decided: rejected\./)).toBeVisible()
    await expect(page.getByRole('radio', { name: /Reject/ })).toBeChecked()
    const id = new URL(address).pathname.split('/').at(-1) ?? ''
    const kept = await owner`select 1 from review_notes where verification_id = ${id}`
    expect(kept, 'the note went ahead of the verdict').toHaveLength(3)
    await expect(colleague.locator('.casehead')).toContainText('Not verified', { timeout: 20_000 })
    await colleague.close()
  })

  await test.step('another is escalated', async () => {
    const { id, reference } = await anAttempt('birth_date_differs', 'awaiting_reviewer')
    await page.goto(`/admin/cases/${id}`)
    await claimByKey(page)
    await page.keyboard.press('e')
    await page.keyboard.press('Control+Enter')
    await expect(page.getByText('With the leads now.')).toBeVisible()
    await page.goto('/admin/queue?status=awaiting_reviewer&escalated=yes')
    await expect(page.getByRole('link', { name: reference })).toBeVisible()
  })
  await theirs.page.close()
})

test('hostile names of players and colleagues are only text', async ({ page }) => {
  const markup = `<img src=x onerror="document.title='owned'">`
  const turned = '\u202e'
  const one = await anAttempt('birth_date_differs', 'awaiting_reviewer')
  callThem(one.id, `${markup} ${turned}Namoona =cmd|' /C calc'!A0`, stack)
  const colleague = makeStaff(['reviewer'], `${markup}${turned}Kalpanik`, stack)
  await owner`update reviews set assignee_id = ${colleague.id}, claimed_by = null, claimed_at = null, claim_seen_at = null
    where verification_id = ${one.id}`
  await giveStaffSession(page, meher)
  const expectHarmless = async () => {
    await expect(page.locator('img[src="x"]')).toHaveCount(0)
    expect(await page.title()).not.toContain('owned')
  }

  await page.goto(`/admin/queue?status=awaiting_reviewer&assignee=${colleague.id}`)
  const row = page.getByRole('row').filter({ hasText: one.reference })
  await expect(row).toContainText('i••• s••• x o•••')
  expect(await row.textContent()).not.toContain(turned)
  await expectHarmless()
  await row.getByRole('link').first().focus()
  await page.keyboard.press('Space')
  await expect(page.getByRole('complementary').filter({ hasText: one.reference })).toBeVisible()
  await expectHarmless()

  await page.goto(`/admin/cases/${one.id}`)
  await claimByKey(page)
  await button(page, 'Reveal: Name').click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reveal' }).click()
  await expect(page.getByText(markup).first()).toBeVisible()
  await expectHarmless()
  await page.goto('/admin/team')
  await expect(page.getByText(markup).first()).toBeVisible()
  await expectHarmless()
})

test('two leads: a long export, a second look, a reversal; and the links of a player', async ({
  page,
  browser,
}) => {
  const other = await browser.newPage({ baseURL: stack.appUrl, viewport: { width: 1440, height: 900 } })
  await giveStaffSession(page, meher)
  await giveStaffSession(other, nandini)

  await page.goto('/admin/queue?status=approved')
  await showFactor(meher, '6 minutes')
  await button(page, 'Export').click()
  const confirm = page.getByRole('link', { name: 'Show it now' })
  await expect(confirm).toHaveAttribute('href', /next=%2Fadmin%2Fqueue%3Fstatus%3Dapproved$/) // the filter stays
  await showFactor(meher, '0')
  await page.keyboard.press('Escape')
  await button(page, 'Export').click()
  await expect(page.getByText('More than 100 persons')).toBeVisible()
  await button(page, 'Ask for approval').click()
  await expect(page.getByText('Asked. Another lead sees it')).toBeVisible()
  await other.goto('/admin')
  await other
    .getByRole('listitem')
    .filter({ hasText: 'Meher Udaharan' })
    .getByRole('button', { name: 'Approve' })
    .click()
  await expect(other.getByText('Approved. Whoever asked may download it once.')).toBeVisible()
  await expect(other.getByText('Meher Udaharan:')).toHaveCount(0)
  await button(page, 'Export').click()
  const begins = page.waitForEvent('download')
  await button(page, 'Download').click()
  const lines = readFileSync(await (await begins).path(), 'utf8')
    .trimEnd()
    .split('\n')
  expect(lines.length).toBeGreaterThan(1000)

  await page.goto('/admin/tasks')
  await button(page, 'Take the next').click()
  await page.getByLabel('What you would decide').selectOption({ label: 'Approve' })
  await button(page, 'Store it').click()
  await expect(page.getByText('Stored. It changes nothing about the case.')).toBeVisible()
  await expect(page.getByText(/Nandini Kalpanik: rejected, .*\. Meher Udaharan: approved\./)).toBeVisible()
  await expect(page.getByText('One of the two is yours: another lead closes it.')).toBeVisible()
  await expect(button(page, 'Close')).toHaveCount(0)
  await giveStaffSession(other, makeStaff(['lead'], 'Tanvi Namoona', stack))
  await other.goto('/admin/tasks')
  await button(other, 'Close').click()
  await expect(other.getByText('Closed.', { exact: true })).toBeVisible()
  await giveStaffSession(other, nandini)

  await page.goto(await aLinkedPlayer())
  await expect(page.getByRole('img', { name: /in the middle, linked with 1 other/ })).toBeVisible()
  await page.getByRole('listitem').filter({ hasText: 'same PAN' }).getByRole('link').first().click()
  await expect(page.getByRole('img', { name: /in the middle, linked with/ })).toBeVisible()

  await page.goto('/admin/queue?status=approved')
  await page.locator('tbody a.who').first().click()
  await page.getByRole('link', { name: 'Reverse this verdict' }).click()
  await page.getByLabel('Reason').last().selectOption({ label: 'A document ran out' })
  await button(page, 'Propose').click()
  await expect(page.getByText('Proposed. Another lead has to agree.')).toBeVisible()
  await other.goto('/admin/tasks')
  await button(other, 'Agree').click()
  await expect(other.getByText('Agreed. It takes effect in a moment.')).toBeVisible()
  await other.close()
})
