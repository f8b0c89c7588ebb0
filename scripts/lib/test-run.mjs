/** Runs the steps of `npm test`, one line each, and tells how it went. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { projectRoot } from './bootstrap.mjs'
import { progress } from './progress.mjs'
import { tail } from './run.mjs'
import { expectedError } from './shutdown.mjs'
import { logOf, steps } from './test-steps.mjs'

/** Runs the steps that `--only a,b` names, or all; returns the exit code. The last line is `N passed, N failed`. */
export async function runTests(args) {
  const results = {}
  for (const step of chooseSteps(args)) results[step.name] = await runStep(step, results)
  return summarise(Object.values(results))
}

function chooseSteps(args) {
  if (args.length === 0) return steps
  const names = (args[0] === '--only' ? args[1] : args[0].replace(/^--only=/, ''))?.split(',') ?? []
  const known = steps.map((step) => step.name)
  const unknown = names.filter((name) => !known.includes(name))
  if (names.length === 0 || unknown.length > 0 || !args[0].startsWith('--only')) {
    throw expectedError(`Expected --only with some of ${known.join(',')}, found: ${args.join(' ')}`)
  }
  return steps.filter((step) => names.includes(step.name))
}

async function runStep(step, earlier) {
  if (earlier[step.needs]?.failed) {
    console.log(`${step.title}  not run, because ${step.needs} failed`)
    return { passed: 0, failed: 0, skipped: 1 }
  }
  const result = await progress(step.title, () => attempt(step), describe)
  if (result.failed) console.log(`${indent(tail(result.output ?? ''))}\n  (all of it: ${pathOfLog(step)})`)
  return result
}

/** A step that breaks is one failure; the others still run. */
async function attempt(step) {
  try {
    return await step.work()
  } catch (error) {
    const output = error.expected ? error.message : error.stack
    writeFileSync(logOf(step.name), `${output}\n`)
    return { passed: 0, failed: 1, output }
  }
}

function summarise(results) {
  const sum = (key) => results.reduce((total, result) => total + (result[key] ?? 0), 0)
  const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum)
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  return failed > 0 || passed === 0 ? 1 : 0
}

function describe({ passed, failed, skipped, note }) {
  const counts = [`${passed} passed`, failed && `${failed} failed`, skipped && `${skipped} skipped`, note]
  return counts.filter(Boolean).join(', ')
}

function pathOfLog(step) {
  return path.relative(projectRoot, logOf(step.name))
}

function indent(text) {
  return text.replaceAll(/^/gm, '  ')
}
