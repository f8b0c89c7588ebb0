import { type Analytics, OUTCOMES } from '@/lib/analytics/types'
import { formatDate } from '@/lib/i18n/format'

const WIDTH = 960
const HEIGHT = 160
const TOP = 16
const BOTTOM = 22

type Day = Analytics['days'][number]

interface Props {
  days: readonly Day[]
  label: string
  months: string
  /** The cases of one day. */
  toDay: (day: string) => string
}

/**
 * One bar a day, stacked by what became of the attempts, each over a link to its cases for the pointer. Drawn on the server; the
 * table below says the same and has the same links.
 */
export function DayChart({ days, label, months, toDay }: Props) {
  const most = Math.max(1, ...days.map(({ total }) => total))
  const step = WIDTH / days.length
  const scale = (HEIGHT - TOP - BOTTOM) / most
  const every = Math.ceil(days.length / 8)
  return (
    <div className="day-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
        <line className="axis" x1="0" x2={WIDTH} y1={HEIGHT - BOTTOM} y2={HEIGHT - BOTTOM} />
        <line className="grid" x1="0" x2={WIDTH} y1={TOP} y2={TOP} />
        <text x="0" y={TOP - 4}>
          {most}
        </text>
        {days.map((day, index) => (
          <g key={day.day}>
            {toParts(day, scale).map(({ outcome, y, height }) => (
              <rect
                key={outcome}
                className={`of-${outcome}`}
                x={round(index * step + step * 0.14)}
                width={round(step * 0.72)}
                y={y}
                height={height}
              />
            ))}
            {index % every === 0 && (
              <text x={round(index * step + step * 0.14)} y={HEIGHT - 6}>
                {formatDate(day.day, months).replace(/ \d{4}$/, '')}
              </text>
            )}
          </g>
        ))}
      </svg>
      <div className="day-links" aria-hidden="true">
        {days.map(({ day, total }) => (
          <a key={day} href={toDay(day)} tabIndex={-1} title={`${formatDate(day, months)}: ${total}`}>
            <span className="sr-only">{day}</span>
          </a>
        ))}
      </div>
    </div>
  )
}

function toParts({ counts }: Day, scale: number) {
  let floor = HEIGHT - BOTTOM
  return OUTCOMES.flatMap((outcome) => {
    const height = Math.max(0, counts[outcome]) * scale
    if (height === 0) return []
    floor -= height
    return [{ outcome, y: round(floor), height: round(height) }]
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
