/** Serves a built app as our own web process does. Settings: EMPTY_APP_DIR, PORT. */
import { createServer } from 'node:http'
import next from 'next'

const { EMPTY_APP_DIR: dir, PORT } = process.env
const app = next({ dev: false, dir, hostname: 'localhost', port: Number(PORT) })
await app.prepare()
createServer(app.getRequestHandler()).listen(Number(PORT), 'localhost')
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
