import { fileURLToPath } from 'node:url'
import { env } from '@/lib/env'
import { migrateDatabase } from '@/lib/migrate'

const { databaseUrl, databaseAdminUrl } = env()
const appRole = decodeURIComponent(new URL(databaseUrl).username)
await migrateDatabase(databaseAdminUrl, appRole, fileURLToPath(new URL('../db/migrations', import.meta.url)))
