import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { migrateDatabase } from '@/lib/migrate'

// One template database, migrated once; each test file clones it. TEST_DATABASE_URL names a role that may create
// databases and roles (npm test starts the servers and sets it).

const APP_ROLE = 'ante_test_app'
const APP_PASSWORD = 'only-for-tests'
const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url))

declare module 'vitest' {
  interface ProvidedContext {
    ownerUrl: string
    appRole: { name: string; password: string }
    template: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const ownerUrl = process.env.TEST_DATABASE_URL
  if (ownerUrl === undefined)
    throw new Error('TEST_DATABASE_URL is not set: run npm test, or name a PostgreSQL server')
  const template = `ante_template_${process.pid}`
  const sql = postgres(ownerUrl, { max: 1, onnotice: () => {} })
  const known = await sql`select 1 from pg_roles where rolname = ${APP_ROLE}`
  if (known.length === 0) await sql.unsafe(`create role ${APP_ROLE} login password '${APP_PASSWORD}'`)
  await sql.unsafe(`create database ${template}`)
  const url = new URL(ownerUrl)
  url.pathname = `/${template}`
  await migrateDatabase(url.href, APP_ROLE, MIGRATIONS)
  project.provide('ownerUrl', ownerUrl)
  project.provide('appRole', { name: APP_ROLE, password: APP_PASSWORD })
  project.provide('template', template)
  return async () => {
    await sql.unsafe(`drop database if exists ${template} with (force)`)
    await sql.end()
  }
}
