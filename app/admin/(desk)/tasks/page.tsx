import type { Metadata } from 'next'
import { getMessages } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Setting } from '@/app/admin/_components/setting'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { readColleagues } from '@/lib/review/colleagues'
import { listRequestsToAnswer, readRequest } from '@/lib/review/requests'
import { findReversible, listReversals } from '@/lib/review/reversals'
import { listDifferences } from '@/lib/review/second-looks'
import { may } from '@/lib/staff/permissions'
import '@/app/styles/staff.css'
import { Differences } from './_components/looks'
import { AnswerRequest, Requests } from './_components/requests'
import { ProposeReversal, Reversals } from './_components/reversals'
import { takeLook } from './actions'

const DONE = [
  'answered',
  'taken_up',
  'proposed',
  'confirmed',
  'withdrawn',
  'looked',
  'settled',
  'no_look',
] as const
const PROBLEMS = ['state_conflict', 'forbidden', 'bad_request'] as const
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getMessages()).desk.tasks.title }
}

export default async function TasksPage({ searchParams }: PageProps<'/admin/tasks'>) {
  const staff = await requireStaff('case.decide', '/admin/tasks')
  const params = await searchParams
  const words = (await getMessages()).desk.tasks
  const id = (name: string) => {
    const given = readParam(params, name)
    return UUID.test(given) ? given : null
  }
  const isLead = may(staff.roles, 'case.reopen')
  const reverse = id('reverse')
  const reversible = isLead && reverse !== null ? await findReversible(staff, reverse) : null
  const [names, requests] = [await readColleagues(staff), await listRequestsToAnswer(staff)]
  const request = requests.find((one) => one.id === readParam(params, 'request'))
  return (
    <>
      <DeskBar title={words.title} lead={words.lead} />
      <div className="scroll settings">
        <Outcome done={readParam(params, 'done')} problem={readParam(params, 'problem')} />
        <Setting id="requests" title={words.requests.title} lead={words.requests.text}>
          {request !== undefined && (
            <AnswerRequest id={request.id} text={await readRequest(staff, request.id)} />
          )}
          <Requests requests={requests} isLead={isLead} />
        </Setting>
        <Setting id="looks" title={words.looks.title} lead={words.looks.text}>
          <form action={takeLook}>
            <Button>{words.looks.take}</Button>
          </form>
        </Setting>
        {isLead && (
          <>
            <Setting id="reversals" title={words.reversals.title} lead={words.reversals.text}>
              {reversible !== null && <ProposeReversal one={reversible} />}
              <Reversals reversals={await listReversals(staff)} names={names} />
            </Setting>
            <Setting id="differences" title={words.differences.title} lead={words.differences.text}>
              <Differences differences={await listDifferences(staff)} names={names} />
            </Setting>
          </>
        )}
      </div>
    </>
  )
}

async function Outcome({ done, problem }: { done: string; problem: string }) {
  const words = (await getMessages()).desk.tasks
  const said = oneOf(done, DONE, null)
  const stopped = oneOf(problem, PROBLEMS, null)
  return (
    <>
      {said !== null && <Banner tone="passed" title={words.done[said]} alert />}
      {stopped !== null && <Banner tone="failed" title={words.problem[stopped]} alert />}
    </>
  )
}
