/** Types of `stack.mjs` for the browser tests. */

export interface ProcessHandle {
  name: string
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface Stack {
  appUrl: string
  sandboxUrl: string
  databaseUrl: string
  ownerUrl: string
  processes: { web: ProcessHandle; worker: ProcessHandle; sandbox: ProcessHandle }
  stop(): Promise<void>
}

export function startStack(options: {
  name: string
  env?: Record<string, string>
  appPort: number
  sandboxPort: number
  database?: { ownerUrl: string; appUrl: string }
  cases?: number
}): Promise<Stack>

export interface TestCluster {
  ownerUrl: string
  appUrl: string
  port: number
  stop(): Promise<void>
}

export function startTestCluster(): Promise<TestCluster>
