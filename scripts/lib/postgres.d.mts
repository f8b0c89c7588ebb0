/** Types of `postgres.mjs` for the browser tests. */
import type { TestCluster } from './stack.mjs'

export function createDatabase(
  server: TestCluster,
  name: string,
): Promise<{ ownerUrl: string; appUrl: string }>
export function dropDatabase(server: TestCluster, name: string): Promise<void>
