import 'server-only'
import { AppError } from '@/lib/errors'
import type { Connection } from './types'

/** The named credential. Throws `no_connection` naming the setting, never a value. */
export function getCredential(connection: Connection, name: string): string {
  const value = connection.credentials[name]
  if (value !== undefined && value !== '' && !/[\r\n]/.test(value)) return value
  throw new AppError('no_connection', `connection=${connection.id} missing=${name}`)
}
