/**
 * A vendor that answers at once, in a process of its own so that its work is nobody's overhead. Settings: PORT. It knows
 * the reads of `../vendors.ts`, by the last part of their path. `HANG=1`: it takes every request and never answers;
 * `GET /asked` says how many it took.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

const fixture = (path) => readFileSync(new URL(`../../lib/${path}`, import.meta.url))
const json = (path) => ({ type: 'application/json', body: fixture(`providers/fixtures/${path}`) })
const xml = (path) => ({ type: 'application/xml', body: fixture(`documents/fixtures/valid/${path}`) })
const pan = xml('pan.xml')
const licence = xml('dl.xml')

const ANSWERS = {
  user_details: json('idto/user_details.json'),
  issued_docs: json('idto/issued_docs.json'),
  fetch_aadhaar: xml('eaadhaar.xml'),
  get_issued_docs_xml: pan,
  'issued-files': json('deepvue/issued-files.json'),
  eaadhaar: json('deepvue/eaadhaar.json'),
  file: made({ code: 200, sub_code: 'SUCCESS', message: 'ok', data: pan.body.toString('base64') }),
  eAadhaarDetails: json('hyperverge/eAadhaarDetails.json'),
  'docDetails pan': details('pan', { panXMLFile: pan.body.toString() }),
  'docDetails dl': details('dl', { xmlFile: licence.body.toString('base64') }),
  // The sample's workflow is not that of the sandbox's account; what Didit leaves out is not compared.
  decision: made({ ...JSON.parse(fixture('providers/fixtures/didit/decision.json')), workflow_id: null }),
}

let asked = 0

const server = createServer(async (request, response) => {
  const body = await text(request)
  if (request.url === '/healthz') return response.end('ok')
  if (request.url === '/asked') return response.end(String(asked))
  asked += 1
  if (process.env.HANG === '1') return
  const answer = ANSWERS[nameOf(request.url, body)]
  if (answer === undefined) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': answer.type, 'content-length': answer.body.length })
  response.end(answer.body)
})
server.keepAliveTimeout = 60_000
server.listen(Number(process.env.PORT), 'localhost')
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))

function made(value) {
  return { type: 'application/json', body: Buffer.from(JSON.stringify(value)) }
}

/** HyperVerge's details of one document, with its XML. */
function details(word, more) {
  const value = JSON.parse(fixture(`providers/fixtures/hyperverge/docDetails.${word}.json`))
  Object.assign(value.result.details[0], more)
  return made(value)
}

function nameOf(url, body) {
  const name = url.split('/').filter(Boolean).at(-1)
  return name === 'docDetails' ? `${name} ${body.includes('"pan"') ? 'pan' : 'dl'}` : name
}
