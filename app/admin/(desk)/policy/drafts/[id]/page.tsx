import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { z } from 'zod'
import '@/app/styles/governance.css'
import { oneOf, readParam } from '@/app/(player)/_components/search-params'
import { Banner } from '@/components/ui/banner'
import { Button } from '@/components/ui/button'
import { Field, FieldHint, FieldLabel, Textarea } from '@/components/ui/field'
import { requireStaff } from '@/lib/auth/staff-guards'
import { isAppError } from '@/lib/errors'
import { type DraftPage, readDraft } from '@/lib/governance/policies'
import { DRAFT_LIMIT, POLICY_PROBLEMS } from '@/lib/governance/types'
import { formatMoment } from '@/lib/i18n/format'
import { DeskBar } from '../../../_components/desk-bar'
import { Difference } from '../../_components/difference'
import { DryRunSection } from '../../_components/drafts-dry-run'
import { discard, publish, save } from '../../actions'

const DONE = ['saved', 'tried'] as const

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.policy.draft'))('title') }
}

export default async function DraftPageView({
  params,
  searchParams,
}: PageProps<'/admin/policy/drafts/[id]'>) {
  const { id } = await params
  const staff = await requireStaff('policy.view', `/admin/policy/drafts/${encodeURIComponent(id)}`)
  if (!z.uuid().safeParse(id).success) notFound()
  const draft = await readDraft(staff, id).catch(orNotFound)
  const query = await searchParams
  const problem = oneOf(readParam(query, 'problem'), POLICY_PROBLEMS, null)
  const done = oneOf(readParam(query, 'done'), DONE, null)
  const t = await getTranslations('desk.policy')
  const months = (await getTranslations('common'))('months')
  const lead = { at: formatMoment(draft.changedAt, months), names: draft.editors.join(', ') }
  return (
    <>
      {draft.state === 'open' ? (
        <DeskBar title={t('draft.title')} lead={t('draft.lead', lead)} />
      ) : (
        <DeskBar title={t(`draft.ended.${draft.state}`)} lead={t('draft.writtenBy', lead)} />
      )}
      <div className="scroll pad gov">
        <section>
          {problem !== null && (
            <Banner tone="failed" title={t('problems.title')} alert>
              <p>{t(`problems.${problem}`)}</p>
            </Banner>
          )}
          {problem === null && done !== null && (
            <div role="status">
              <Banner tone="passed" title={t('done.title')}>
                <p>{t(`done.${done}`)}</p>
              </Banner>
            </div>
          )}
          {draft.state !== 'open' && problem === null && done === null && (
            <Banner tone="info" title={t(`draft.closed.${draft.state}`)} />
          )}
        </section>
        <Editor draft={draft} />
        {draft.state === 'open' && draft.comparison !== null && (
          <Difference version={draft.inForce.version} comparison={draft.comparison} />
        )}
        <DryRunSection draft={draft} months={months} />
        {draft.state === 'open' && <Publish draft={draft} />}
      </div>
    </>
  )
}

async function Editor({ draft }: { draft: DraftPage }) {
  const t = await getTranslations('desk.policy.draft')
  const { id, revision, content, problems } = draft
  const isOpen = draft.state === 'open' && draft.canDraft
  const isWrong = problems.length > 0
  return (
    <section>
      <form action={save}>
        <input type="hidden" name="id" value={id} />
        <input type="hidden" name="revision" value={revision} />
        <Field>
          <FieldLabel htmlFor="content">{t('editor')}</FieldLabel>
          <FieldHint id="content-hint">{t('hint')}</FieldHint>
          <Textarea
            id="content"
            name="content"
            className="gov-editor"
            defaultValue={content}
            maxLength={DRAFT_LIMIT}
            rows={24}
            spellCheck={false}
            readOnly={!isOpen}
            aria-invalid={isWrong}
            aria-describedby={isWrong ? 'content-problems content-hint' : 'content-hint'}
          />
        </Field>
        {isWrong ? (
          <div id="content-problems" className="field-error gov-problems" role="alert">
            <div>
              <b>{t('problems')}</b>
              <ul>
                {problems.map(({ path, message }) => (
                  <li key={path + message}>
                    <span className="ref">{path || t('top')}</span>: {message}
                  </li>
                ))}
              </ul>
            </div>
          </div>
        ) : (
          <p className="quiet">{t('good', { version: draft.version ?? '' })}</p>
        )}
        {isOpen && (
          <div className="gov-form-line">
            <Button>{t('save')}</Button>
          </div>
        )}
      </form>
      {isOpen && (
        <form action={discard}>
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="revision" value={revision} />
          <Button look="text">{t('discard')}</Button>
        </form>
      )}
    </section>
  )
}

async function Publish({ draft }: { draft: DraftPage }) {
  const t = await getTranslations('desk.policy')
  return (
    <section aria-labelledby="publish">
      <h2 id="publish" className="desk-h2">
        {t('publish.title')}
      </h2>
      <p className="quiet gov-text">{t('publish.text')}</p>
      {draft.obstacle !== null ? (
        <p>{t(`obstacles.${draft.obstacle}`)}</p>
      ) : (
        <form action={publish}>
          <input type="hidden" name="id" value={draft.id} />
          <input type="hidden" name="revision" value={draft.revision} />
          {draft.alone && <p>{t('publish.alone')}</p>}
          <p className="quiet gov-text">{t('publish.needsFactor')}</p>
          <Button look="primary">{t('publish.press', { version: draft.version ?? '' })}</Button>
        </form>
      )}
    </section>
  )
}

function orNotFound(error: unknown): never {
  if (isAppError(error, 'not_found')) notFound()
  throw error
}
