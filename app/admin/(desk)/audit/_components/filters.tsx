import { getTranslations } from 'next-intl/server'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/field'
import type { AuditPage } from '@/lib/governance/audit'
import { ACTOR_KINDS, type AuditFilter } from '@/lib/governance/types'
import { Choice } from '../../_components/choice'

const FAMILIES = ['verification.', 'consent.', 'document.', 'sign_in.', 'return.', 'player.', 'request.']
const STAFF_FAMILIES = ['staff.', 'policy.', 'audit.', 'connection.', 'keys.', 'retention.', 'access.']

/** The filters as a form of the page's own address. */
export async function AuditFilters({ filter, staff }: { filter: AuditFilter; staff: AuditPage['staff'] }) {
  const t = await getTranslations('desk.audit.filters')
  const { actor = '' } = filter
  const isKnown =
    actor === '' || ACTOR_KINDS.some((kind) => kind === actor) || staff.some(({ id }) => id === actor)
  return (
    <form className="filters gov-filters" method="get" aria-label={t('label')}>
      <Choice name="actor" label={t('actor')} value={actor}>
        <option value="">{t('any')}</option>
        {ACTOR_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {t(`kinds.${kind}`)}
          </option>
        ))}
        {staff.map(({ id, name }) => (
          <option key={id} value={id}>
            {t('person', { name })}
          </option>
        ))}
        {!isKnown && <option value={actor}>{t('someId', { id: actor.slice(0, 8) })}</option>}
      </Choice>
      <Text name="action" label={t('action')} value={filter.action} list="families" />
      <datalist id="families">
        {[...FAMILIES, ...STAFF_FAMILIES].map((family) => (
          <option key={family} value={family} />
        ))}
      </datalist>
      <Text name="object" label={t('object')} value={filter.object} />
      <Text name="reference" label={t('reference')} value={filter.reference} />
      <Text name="from" label={t('from')} value={filter.from} type="date" />
      <Text name="to" label={t('to')} value={filter.to} type="date" />
      <Button>{t('show')}</Button>
      <a href="/admin/audit">{t('all')}</a>
    </form>
  )
}

function Text({
  name,
  label,
  value = '',
  type = 'text',
  list,
}: {
  name: string
  label: string
  value?: string | undefined
  type?: 'text' | 'date'
  list?: string
}) {
  return (
    <span className="desk-choice">
      <label htmlFor={`filter-${name}`}>{label}</label>
      <Input
        id={`filter-${name}`}
        name={name}
        type={type}
        defaultValue={value}
        maxLength={64}
        autoComplete="off"
        {...(list !== undefined && { list })}
      />
    </span>
  )
}
