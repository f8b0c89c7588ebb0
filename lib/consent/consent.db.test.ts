import { createPublicKey, randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, describe, expect, test } from 'vitest'
import { openFreshDatabase } from '@/db/testing/database'
import type { ConsentItemId } from './types'

const database = await openFreshDatabase()
const owner = postgres(database.ownerUrl, { max: 1, onnotice: () => {} })
afterAll(() => owner.end())

const { makePlayer, agreeTo } = await import('@/lib/verification/testing')
const { agree, withdraw } = await import('@/lib/verification/consenting')
const { start } = await import('@/lib/verification/start')
const {
  currentNotice,
  declineConsent,
  findLiveConsent,
  findReceipt,
  findSignedReceipt,
  listReceipts,
  meetsNeeds,
  ways,
} = await import('./consent')
const { db } = await import('@/db/client')
const { changeRouting, readRouting } = await import('@/lib/connections/routing')
const { isSignedJson } = await import('@/lib/crypto/sign')
const { canonicalJson } = await import('@/lib/crypto/sign')
const { sha256 } = await import('@/lib/crypto/tokens')
const { env } = await import('@/lib/env')

describe('the notice', () => {
  test.each([
    ['digilocker', 'en', ['IDTO', 'Deepvue', 'KwikID', 'HyperVerge', 'DigiLocker directly']],
    ['digilocker', 'hi', ['IDTO', 'Deepvue', 'KwikID', 'HyperVerge', 'सीधे DigiLocker']],
    ['capture', 'en', ['Didit', 'biometric']],
    ['capture', 'hi', ['Didit', 'बायोमेट्रिक']],
  ] as const)(
    'for %s in %s names everybody that routing may use and leaves no name open',
    async (way, locale, names) => {
      const notice = await currentNotice(locale, way)
      const text = canonicalJson(notice)
      expect(text).not.toMatch(/\{\w+\}/)
      expect(text).not.toContain('""')
      for (const name of [...names, env().operatorName]) expect(text).toContain(name)
      expect(text.includes('Didit')).toBe(way === 'capture')
      expect(text).not.toContain('(direct)')
      expect(notice.sha256).toMatch(/^[0-9a-f]{64}$/)
    },
  )

  test('names the other way where there is one, DigiLocker first', async () => {
    expect(ways()).toEqual(['digilocker', 'capture'])
    expect(canonicalJson(await currentNotice('en', 'digilocker'))).toContain('Aadhaar is never the only way')
    expect(canonicalJson(await currentNotice('en', 'capture'))).toContain('share documents from DigiLocker')
  })

  test('names first who comes first at the desk, and what was read before that is in force no more', async () => {
    const before = await currentNotice('en', 'digilocker')
    const operator = { id: randomUUID(), roles: ['operator'] as const }
    const change = async (to: 'earlier' | 'later' | 'on' | 'off', connectionId: string) =>
      changeRouting(operator, { version: (await readRouting()).version, connectionId, to })
    await change('earlier', 'deepvue')
    const after = await currentNotice('en', 'digilocker')
    expect(canonicalJson(before)).toContain('IDTO, who carries')
    expect(canonicalJson(after)).toContain('Deepvue, who carries')
    const player = await makePlayer()
    await expect(
      agree(player, {
        locale: 'en',
        way: 'digilocker',
        noticeSha256: before.sha256,
        items: ['aadhaar', 'pan'],
        userAgent: '',
      }),
    ).rejects.toMatchObject({ code: 'notice_changed' })
    await change('off', 'deepvue')
    const off = canonicalJson(await currentNotice('en', 'digilocker'))
    expect(off).toContain('IDTO, who carries')
    expect(off).toContain('Deepvue')
    await change('on', 'deepvue')
    await change('later', 'deepvue')
    expect(await currentNotice('en', 'digilocker')).toEqual(before)
  })

  test('needs PAN, and Aadhaar or a licence; Aadhaar is never the only way', async () => {
    const notice = await currentNotice('en', 'digilocker')
    const needs = (items: ConsentItemId[]) => meetsNeeds(notice, items)
    expect(needs(['aadhaar', 'pan'])).toBe(true)
    expect(needs(['driving_licence', 'pan'])).toBe(true)
    expect(needs(['aadhaar', 'driving_licence'])).toBe(false)
    expect(needs(['pan', 'result_mail'])).toBe(false)
    expect(needs(['aadhaar', 'pan', 'photo_document'])).toBe(false)
  })

  test('of the other way needs the photo document and knows nothing of DigiLocker', async () => {
    const notice = await currentNotice('en', 'capture')
    expect(meetsNeeds(notice, ['photo_document'])).toBe(true)
    expect(meetsNeeds(notice, ['photo_document', 'result_mail'])).toBe(true)
    expect(meetsNeeds(notice, ['result_mail'])).toBe(false)
    expect(meetsNeeds(notice, ['photo_document', 'pan'])).toBe(false)
  })
})

describe('a consent', () => {
  test('is what was ticked, to the exact text, with a receipt that the published key verifies', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const [entry] = await listReceipts(player)
    const stored = await findSignedReceipt(player, entry?.id ?? '')
    const { receipt, signature } = JSON.parse(stored ?? '')
    expect(isSignedJson(createPublicKey(env().checkpointKey), receipt, signature)).toBe(true)
    expect(isSignedJson(createPublicKey(env().checkpointKey), { ...receipt, person: 'x' }, signature)).toBe(
      false,
    )
    const granted = receipt.purposes.flatMap((purpose: { items: { id: string; granted: boolean }[] }) =>
      purpose.items.filter((item) => item.granted).map((item) => item.id),
    )
    expect(granted.sort()).toEqual(['aadhaar', 'pan'])
    const [row] = await owner`select content from notices where sha256 = ${receipt.notice.sha256}`
    expect(sha256(row?.content).toString('hex')).toBe(receipt.notice.sha256)
    expect(stored).not.toContain(player.id)
  })

  test("is not another player's to see", async () => {
    const player = await makePlayer()
    await agreeTo(player, ['aadhaar', 'pan'])
    const [entry] = await listReceipts(player)
    const stranger = await makePlayer()
    expect(await findReceipt(stranger, entry?.id ?? '')).toBeNull()
    expect(await findSignedReceipt(stranger, entry?.id ?? '')).toBeNull()
    expect(await findReceipt(player, 'not-an-id')).toBeNull()
  })

  test('to a text that is no longer in force is refused, and so are missing items', async () => {
    const player = await makePlayer()
    const base = { locale: 'en', way: 'digilocker', userAgent: '' } as const
    await expect(
      agree(player, { ...base, noticeSha256: '0'.repeat(64), items: ['aadhaar', 'pan'] }),
    ).rejects.toMatchObject({
      code: 'notice_changed',
    })
    await expect(
      agree(player, {
        ...base,
        noticeSha256: (await currentNotice('en', 'digilocker')).sha256,
        items: ['pan'],
      }),
    ).rejects.toMatchObject({
      code: 'bad_request',
    })
    await expect(
      agree(player, {
        ...base,
        way: 'capture',
        noticeSha256: (await currentNotice('en', 'digilocker')).sha256,
        items: ['photo_document'],
      }),
    ).rejects.toMatchObject({ code: 'notice_changed' })
    await expect(
      agree(player, {
        ...base,
        noticeSha256: (await currentNotice('en', 'digilocker')).sha256,
        items: ['aadhaar', 'pan', 'photo_document'],
      }),
    ).rejects.toMatchObject({ code: 'bad_request' })
    expect(await listReceipts(player)).toEqual([])
  })

  test('reaches the companies of its way alone', async () => {
    const player = await makePlayer()
    await agreeTo(player, ['photo_document'])
    expect(await findLiveConsent(db(), player.id)).toMatchObject({
      way: 'capture',
      documents: ['photo_document'],
      recipients: ['didit'],
    })
    await agreeTo(player, ['driving_licence', 'pan'])
    const live = await findLiveConsent(db(), player.id)
    expect(live).toMatchObject({ way: 'digilocker', documents: ['pan', 'driving_licence'] })
    expect(live?.recipients).not.toContain('didit')
    const receipts = await Promise.all((await listReceipts(player)).map(({ id }) => findReceipt(player, id)))
    expect(receipts.map((receipt) => receipt?.recipients)).toEqual([
      ['IDTO', 'Deepvue', 'KwikID', 'HyperVerge', 'DigiLocker'],
      ['Didit'],
    ])
  })

  test('missing, declined or withdrawn: no vendor is called', async () => {
    const player = await makePlayer()
    await expect(start(player)).rejects.toMatchObject({ code: 'consent_missing' })
    await declineConsent(player)
    await expect(start(player)).rejects.toMatchObject({ code: 'consent_missing' })
    await agreeTo(player, ['aadhaar', 'pan'])
    const [entry] = await listReceipts(player)
    expect(await withdraw(player, entry?.id ?? '')).toBe(true)
    expect(await withdraw(player, entry?.id ?? '')).toBe(false)
    await expect(start(player)).rejects.toMatchObject({ code: 'consent_missing' })
    expect((await findReceipt(player, entry?.id ?? ''))?.status).toBe('withdrawn')
  })

  test('given again supersedes the one before; at most one is live, also when given twenty times at once', async () => {
    const player = await makePlayer()
    await Promise.all(Array.from({ length: 20 }, () => agreeTo(player, ['aadhaar', 'pan'])))
    const receipts = await listReceipts(player)
    expect(receipts).toHaveLength(20)
    expect(receipts.filter((receipt) => receipt.status === 'live')).toHaveLength(1)
    const [open] =
      await owner`select count(*)::int as n from verifications where player_id = ${player.id} and status = 'awaiting_consent'`
    expect(open?.n).toBe(1)
  })
})
