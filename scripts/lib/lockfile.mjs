/** What `npm ci` on another machine needs of the lock file, and npm itself does not check. */

/**
 * Problems of a parsed package-lock.json, one sentence each: optional packages (other platforms' binaries
 * among them) that are named but not locked, entries without an integrity hash, and download addresses,
 * which would tie everyone to one machine's registry.
 */
export function findLockProblems(lock) {
  const { '': _root, ...entries } = lock.packages
  return [
    ...Object.entries(lock.packages).flatMap(([name, entry]) => missingOptionals(lock.packages, name, entry)),
    ...Object.entries(entries).flatMap(([name, entry]) => entryProblems(name, entry)),
  ]
}

function missingOptionals(packages, name, entry) {
  return Object.entries(entry.optionalDependencies ?? {})
    .filter(([optional]) => !resolves(packages, name, optional))
    .map(
      ([optional, range]) =>
        `${name || 'package.json'} names ${optional}@${range}, which is not in the lock file`,
    )
}

/** Node's rule: look into node_modules beside the asking package, then beside each package around it. */
function resolves(packages, from, wanted) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${wanted}`]) return true
    if (!folder) return false
  }
}

function entryProblems(name, entry) {
  if (entry.link) return []
  const problems = []
  if (entry.resolved) problems.push(`${name} has a download address`)
  if (!entry.integrity && !entry.inBundle) problems.push(`${name} has no integrity hash`)
  return problems
}
