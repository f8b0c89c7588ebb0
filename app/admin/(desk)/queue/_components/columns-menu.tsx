import { chooseLayout } from '@/app/admin/(desk)/queue/actions'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { COLUMN_KEYS, FIXED, type Layout } from './columns'
import type { QueueWords } from './lines'

/** Which columns and how high the rows; kept in a cookie of this browser. A form, so that it works without script. */
export function ColumnsMenu({ layout, words }: { layout: Layout; words: QueueWords }) {
  const { columns: names } = words
  return (
    <details className="menu menu-end">
      <summary className="chip">
        <Icon name="columns-3" />
        {names.title}
      </summary>
      <form className="menu-body p-3" action={chooseLayout}>
        {COLUMN_KEYS.filter((key) => !FIXED.includes(key)).map((key) => (
          <label key={key} className="menu-item">
            <input
              type="checkbox"
              className="tick-box"
              name="column"
              value={key}
              defaultChecked={layout.columns.includes(key)}
            />
            {names[key]}
          </label>
        ))}
        <fieldset className="mt-2 border-border border-t pt-2">
          <legend className="sr-only">{names.density}</legend>
          {(['compact', 'comfortable'] as const).map((density) => (
            <label key={density} className="menu-item">
              <input
                type="radio"
                className="tick-box"
                name="density"
                value={density}
                defaultChecked={layout.isCompact === (density === 'compact')}
              />
              {names[density]}
            </label>
          ))}
        </fieldset>
        <Button>{names.apply}</Button>
      </form>
    </details>
  )
}
