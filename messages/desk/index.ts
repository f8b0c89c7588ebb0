import analytics from './analytics.json'
import audit from './audit.json'
import deskCase from './case.json'
import players from './players.json'
import policy from './policy.json'
import providers from './providers.json'
import queue from './queue.json'
import shell from './shell.json'
import staff from './staff.json'
import tasks from './tasks.json'

// What the pages of staff say, in English alone; one file is one part of the desk.
export default { shell, staff, queue, case: deskCase, players, providers, policy, analytics, audit, tasks }
