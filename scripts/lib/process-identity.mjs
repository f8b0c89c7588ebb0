/** Which process is which, although ids are used again. Built-ins of Node 20.9 only. */
import { readFileSync } from 'node:fs'

/** Names a process for later: its id and, where the system tells, its start time, since ids are used again. */
export function identityOf(pid) {
  return `${pid} ${readStat(pid)?.startTime ?? ''}`.trim()
}

/** True while the process of `identityOf` runs. A process that ended but was not collected counts as gone. */
export function isAlive(identity) {
  const [pid, startTime] = String(identity).trim().split(/\s+/)
  if (!isRunning(Number(pid))) return false
  const stat = readStat(pid)
  if (stat?.state === 'Z') return false
  return !startTime || !stat || stat.startTime === startTime
}

/**
 * The processes between this command and the npm that runs it, npm included; only the parent where the system
 * does not tell more; none without npm.
 */
export function npmAncestors() {
  if (!process.env.npm_lifecycle_event) return []
  const chain = [process.ppid]
  for (let stat = readStat(process.ppid); stat?.parent > 1; stat = readStat(stat.parent)) {
    if (stat.name.startsWith('npm')) return chain.map(identityOf)
    chain.push(stat.parent)
  }
  return [identityOf(process.ppid)]
}

/** What a process is called; null where the system does not tell. */
export function nameOf(pid) {
  return readStat(pid)?.name ?? null
}

/** The file's text, or null when it cannot be read. */
export function readIfPresent(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function isRunning(pid) {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** From Linux' /proc: name, state, parent and start time; null elsewhere. */
function readStat(pid) {
  const text = readIfPresent(`/proc/${pid}/stat`)
  if (!text) return null
  const end = text.lastIndexOf(')')
  const fields = text.slice(end + 2).split(' ')
  return {
    name: text.slice(text.indexOf('(') + 1, end),
    state: fields[0],
    parent: Number(fields[1]),
    startTime: fields[19],
  }
}
