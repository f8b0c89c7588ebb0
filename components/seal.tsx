// A rosette as banknotes carry it: one closed curve of twelve lobes, turned eight times. Computed once.

const LOBES = 12
const TURNS = 8
const POINTS = 144

function toCurve(): string {
  const points = Array.from({ length: POINTS }, (_, index) => {
    const angle = (index / POINTS) * 2 * Math.PI
    const radius = 39 + 7.6 * Math.cos(LOBES * angle) + 0.9 * Math.cos(2 * LOBES * angle)
    return `${(radius * Math.cos(angle)).toFixed(1)} ${(radius * Math.sin(angle)).toFixed(1)}`
  })
  return `M${points.join('L')}z`
}

const CURVE = toCurve()
const ANGLES = Array.from({ length: TURNS }, (_, index) => (index * 360) / LOBES / TURNS)

/** On Verified alone, once per page. */
export function Seal() {
  return (
    <svg className="seal" viewBox="-50 -50 100 100" aria-hidden="true" focusable="false">
      <defs>
        <path id="seal-curve" d={CURVE} />
      </defs>
      <g fill="none" stroke="currentColor" strokeWidth="0.55" opacity="0.85">
        {ANGLES.map((angle) => (
          <use key={angle} href="#seal-curve" transform={`rotate(${angle})`} />
        ))}
        <circle r="29" />
        <circle r="27" />
      </g>
      <path
        d="M-12 1 -3.5 9.5 13 -9"
        fill="none"
        stroke="currentColor"
        strokeWidth="5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
