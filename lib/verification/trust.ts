import 'server-only'
import { raiseAlert } from '@/lib/connections/alerts'
import { type Anchor, listEndingAnchors, sandboxAnchor } from '@/lib/documents/anchors'
import { env, isLoopback } from '@/lib/env'
import type { Connection } from '@/lib/providers/types'

// Whose signatures count for what came through which connection.

const AHEAD_DAYS = 60

/**
 * The configured anchors, and beside them its TEST issuer for what came from the built-in sandbox: never for another
 * connection, never in production (FL-17). Null stands for a connection that is gone from the settings.
 */
export function anchorsFor(connection: Connection | null): readonly Anchor[] {
  const { trustAnchors } = env()
  return connection !== null && isBuiltInSandbox(connection)
    ? [...trustAnchors, sandboxAnchor()]
    : trustAnchors
}

function isBuiltInSandbox({ sandbox, baseUrl }: Connection): boolean {
  const { appEnv, sandboxPort } = env()
  const isOurs = isLoopback(baseUrl.hostname) && baseUrl.port === String(sandboxPort)
  return appEnv !== 'production' && sandbox && isOurs
}

/** Raises an alert for each anchor that ends within 60 days or is over: what it signs will not be believed. */
export async function tellEndingAnchors(now = new Date()): Promise<void> {
  for (const { file } of listEndingAnchors(env().trustAnchors, now, AHEAD_DAYS))
    await raiseAlert('anchor_ending', file)
}
