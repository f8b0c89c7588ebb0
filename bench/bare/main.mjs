/**
 * The baseline as a server: node:http and postgres.js, nothing else. Settings: PORT, DATABASE_URL.
 *
 * `GET /callback/<handle>?code=…` takes a return and answers when it is decided; `GET /watch/<player>/<id>` is a page that shows a status as soon as it
 * is final, by `GET /wait/<player>/<id>`, which is held until a notification says that it changed. `POST /webhook/<secret>` takes a delivery.
 */
import { EventEmitter } from 'node:events'
import { createServer } from 'node:http'
import postgres from 'postgres'
import { bareCallback, bareOptions } from './callback.mjs'
import { bareWebhook } from './webhook.mjs'

const sql = postgres(process.env.DATABASE_URL, bareOptions())
const changes = new EventEmitter().setMaxListeners(0)
await sql.listen('verification_changed', (id) => changes.emit(id))

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error('bare:', error.message)
    response.writeHead(500).end()
  })
})
server.listen(Number(process.env.PORT), 'localhost')
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))

async function answer(request, response) {
  const url = new URL(request.url, 'http://localhost')
  const [, route, ...rest] = url.pathname.split('/')
  if (route === 'healthz') return response.end('ok')
  if (route === 'callback') return takeReturn(request, response, rest[0], url.searchParams)
  if (route === 'watch')
    return response.writeHead(200, { 'content-type': 'text/html' }).end(watchPage(rest.join('/')))
  if (route === 'wait') return waitForResult(response, rest)
  if (route === 'webhook') return takeDelivery(request, response, rest[0])
  response.writeHead(404).end()
}

async function takeReturn(request, response, handle, query) {
  const cookies = new Map(request.headers.cookie.split('; ').map((pair) => pair.split('=')))
  const [token, browserKey] = ['session', 'journey'].map((name) => cookies.get(`__Host-ante-${name}`))
  const { playerId, id } = await bareCallback(sql, { token, browserKey, handle, code: query.get('code') })
  await finalStatus(playerId, id)
  response.writeHead(303, { location: `/verifications/${id}` }).end()
}

async function takeDelivery(request, response, secret) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  await bareWebhook(sql, secret, Buffer.concat(chunks), request.headers['x-signature-v2'])
  response.end()
}

async function waitForResult(response, [playerId, id]) {
  const status = await finalStatus(playerId, id)
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ status }))
}

/** Looks now and after each notification, until nobody has to act any more. */
async function finalStatus(playerId, id) {
  for (;;) {
    const changed = new Promise((resolve) => changes.once(id, resolve))
    const [{ status }] = await sql`
      select status from verifications where player_id = ${playerId} and id = ${id}`
    if (!status.startsWith('awaiting_')) {
      changes.removeAllListeners(id)
      return status
    }
    await changed
  }
}

function watchPage(path) {
  return `<!doctype html><title>watch</title><h1>waiting</h1><script>
fetch('/wait/${path}').then((answer) => answer.json()).then(({ status }) => {
  document.querySelector('h1').textContent = status
})
</script>`
}
