import { getTranslations } from 'next-intl/server'
import type { ConsentItemId, NoticePurpose } from '@/lib/consent/types'

const NEEDS = { one_of: 'needOne', all: 'needAll', optional: 'needChoice' } as const

/** One purpose and a tick per thing that is read for it. The whole row presses; nothing is ticked for the player. */
export async function ConsentPurpose({
  purpose,
  ticked,
}: {
  purpose: NoticePurpose
  /** What the player had ticked before the page came back with a question. */
  ticked: readonly ConsentItemId[]
}) {
  const t = await getTranslations('consent')
  return (
    <fieldset className="consent-group">
      <legend>
        {purpose.title} <span className="consent-need">{t(NEEDS[purpose.need])}</span>
      </legend>
      {purpose.items.map((item) => (
        <label key={item.id} className="consent-row">
          <input type="checkbox" name={item.id} value="yes" defaultChecked={ticked.includes(item.id)} />
          <span>
            <strong>{item.title}</strong>
            <small>{item.reads}</small>
          </span>
        </label>
      ))}
    </fieldset>
  )
}
