/**
 * A vendor that answers at once, in a process of its own so that its work is nobody's overhead. Settings: PORT. It knows
 * the reads of IDTO and Deepvue, by the last part of their path. `HANG=1`: it takes every request and never answers.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const fixture = (path) => readFileSync(new URL(`../../lib/${path}`, import.meta.url))
const json = (path) => ({ type: 'application/json', body: fixture(`providers/fixtures/${path}`) })
const xml = (path) => ({ type: 'application/xml', body: fixture(`documents/fixtures/valid/${path}`) })
const pan = xml('pan.xml')
const file = { code: 200, sub_code: 'SUCCESS', message: 'ok', data: pan.body.toString('base64') }

const ANSWERS = {
  user_details: json('idto/user_details.json'),
  issued_docs: json('idto/issued_docs.json'),
  fetch_aadhaar: xml('eaadhaar.xml'),
  get_issued_docs_xml: pan,
  'issued-files': json('deepvue/issued-files.json'),
  eaadhaar: json('deepvue/eaadhaar.json'),
  file: { type: 'application/json', body: Buffer.from(JSON.stringify(file)) },
}

const server = createServer((request, response) => {
  request.resume().once('end', () => {
    if (request.url === '/healthz') return response.end('ok')
    if (process.env.HANG === '1') return
    const answer = ANSWERS[request.url.split('/').at(-1)]
    if (answer === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length })
    response.end(answer.body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
