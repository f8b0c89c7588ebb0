import { Mark } from '@/components/ui/mark'
import { readPulse } from '@/lib/connections/overview'
import type { Messages } from '@/lib/i18n/messages'
import { toPulseMark } from './pulse-mark'

/** How each vendor answers now, the first in use first: one line each, icon and word or figure. */
export async function Health({ words }: { words: Messages['desk']['shell']['health'] }) {
  return (
    <ul className="health">
      {(await readPulse()).map((pulse) => {
        const { text, ...look } = toPulseMark(pulse, words)
        return (
          <li key={pulse.id}>
            <span>{pulse.displayName}</span>
            <Mark {...look}>
              <span className="num">{text}</span>
            </Mark>
          </li>
        )
      })}
    </ul>
  )
}
