/** One line per long step, with its elapsed seconds. Built-ins of Node 20.9 only. */

/**
 * Runs `work` under a line such as `Building the app  12.3 s` and returns its result.
 * `describe` may make words of the result, which the line then ends with.
 */
export async function progress(label, work, describe = () => '') {
  const started = performance.now()
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`
  const repaint = process.stdout.isTTY
    ? setInterval(() => process.stdout.write(`\r${label}  ${seconds()}`), 200)
    : null
  const finish = (words) => {
    clearInterval(repaint)
    process.stdout.write(
      `${process.stdout.isTTY ? `\r${label}` : ''}  ${seconds()}${words && `  ${words}`}\n`,
    )
  }
  process.stdout.write(label)
  try {
    const result = await work()
    finish(describe(result))
    return result
  } catch (error) {
    finish('failed')
    throw error
  }
}
