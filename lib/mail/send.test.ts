import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { afterAll, expect, test } from 'vitest'

// Real SMTP on loopback: what leaves, and what happens when the server refuses.

const received: string[] = []
let refuse = false
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8')
    })
    stream.on('end', () => {
      if (refuse) return done(Object.assign(new Error('mailbox full'), { responseCode: 552 }))
      received.push(text)
      done()
    })
  },
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

const key = () => randomBytes(32).toString('base64')
const { privateKey } = generateKeyPairSync('ed25519')
Object.assign(process.env, {
  APP_ENV: 'test',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  AUTH_SECRET: key(),
  DATA_KEYS: `k1:${key()}`,
  INDEX_KEY: `i1:${key()}`,
  CHECKPOINT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  SMTP_URL: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
  MAIL_FROM: 'Namoona <no-reply@namoona.invalid>',
})
const { canSendMail, sendMail } = await import('./send')
const { listMails, mailboxOpen } = await import('./mailbox')

const mail = { to: 'player@example.invalid', subject: '123456 is your code', text: 'Your code is 123456.\n' }

test('goes out over SMTP, and then nothing is kept in the development mailbox', async () => {
  expect(canSendMail()).toBe(true)
  await sendMail(mail)
  expect(received).toHaveLength(1)
  expect(received[0]).toContain('To: player@example.invalid')
  expect(received[0]).toContain('From: Namoona <no-reply@namoona.invalid>')
  expect(received[0]).toContain('Your code is 123456.')
  expect(mailboxOpen()).toBe(false)
  expect(await listMails()).toEqual([])
})

test('a hostile subject or address adds no head line and no recipient', async () => {
  received.length = 0
  const hostile = 'Namoona\r\nBcc: all@example.invalid\r\n\r\n<script>'
  await sendMail({ ...mail, subject: hostile, text: `${hostile}\r\n.\r\n` })
  const [head = ''] = (received[0] ?? '').split('\r\n\r\n')
  expect(head).toContain('To: player@example.invalid')
  expect(head).not.toMatch(/^bcc:/im)
  expect(head).toMatch(/^content-type: text\/plain/im)
  expect(received).toHaveLength(1)
})

test('a refusing server is an error, not a silence', async () => {
  refuse = true
  await expect(sendMail(mail)).rejects.toMatchObject({ responseCode: 552 })
})
