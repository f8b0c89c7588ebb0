import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { DeskBar } from '@/app/admin/(desk)/_components/desk-bar'
import { Banner } from '@/components/ui/banner'
import { requireStaff } from '@/lib/auth/staff-guards'
import { type Examination, readExaminations } from '@/lib/connections/examinations'
import { findTile } from '@/lib/connections/overview'
import { findSetUp } from '@/lib/connections/set-up'
import { formatDate, formatTime } from '@/lib/i18n/format'
import { may } from '@/lib/staff/permissions'
import { ConnectionTabs } from '../_components/connection-tabs'
import { Examine } from '../_components/examine'
import { formatSpan } from '../_components/figures'
import { Report } from '../_components/report'
import { BreakerLine, StateMark } from '../_components/state-mark'
import '@/app/styles/providers.css'

const PROBLEMS = ['rate_limited', 'running'] as const

export async function generateMetadata({ params }: PageProps<'/admin/providers/[id]'>): Promise<Metadata> {
  const t = await getTranslations('desk.providers')
  return { title: `${t('doctor')}: ${(await params).id}` }
}

export default async function DoctorPage({ params, searchParams }: PageProps<'/admin/providers/[id]'>) {
  const { id } = await params
  const staff = await requireStaff('connection.view', `/admin/providers/${id}`)
  const setUp = findSetUp(staff, id) ?? notFound()
  const tile = await findTile(staff, id)
  const examination = (await readExaminations(staff)).get(id) ?? null
  const problem = oneOf(readParam(await searchParams, 'problem'), PROBLEMS, null)
  const t = await getTranslations('desk.providers')
  const hasPair = setUp.vendor === 'hyperverge' && tile !== null && may(staff.roles, 'connection.change')
  return (
    <>
      <DeskBar title={setUp.displayName}>
        {tile !== null && (
          <>
            <StateMark tile={tile} />
            <BreakerLine tile={tile} />
          </>
        )}
        <span className="push quiet">
          <LastExamined examination={examination} />
        </span>
        <Examine id={id} again={examination !== null} look={examination === null ? 'primary' : 'line'} />
      </DeskBar>
      <ConnectionTabs id={id} current="doctor" hasPair={hasPair} />
      {problem !== null && (
        <div className="pad">
          <Banner tone="pending" title={t(`examine.${problem}`)} alert>
            <p>{t(`examine.${problem}Text`)}</p>
          </Banner>
        </div>
      )}
      {examination === null ? (
        <div className="scroll pad">
          <div className="empty">
            <h2 className="desk-h2">{t('examine.never')}</h2>
            <p>{t('examine.neverText')}</p>
          </div>
        </div>
      ) : (
        <Report report={examination.report} />
      )}
    </>
  )
}

async function LastExamined({ examination }: { examination: Examination | null }) {
  const [t, common] = [await getTranslations('desk.providers.examine'), await getTranslations('common')]
  if (examination === null) return null
  const { examinedAt, scheduled, report } = examination
  const values = {
    date: formatDate(examinedAt, common('months')),
    time: formatTime(examinedAt),
    took: formatSpan(report.ms),
  }
  return t(scheduled ? 'lastByClock' : 'last', values)
}
