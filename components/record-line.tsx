const WIDTH = 64

/** Two mono lines at the foot of a decided page, for support and receipts. `label` is read out instead. */
export function RecordLine({
  reference,
  day,
  notice,
  policy,
  label,
}: {
  reference: string
  /** `20NOV2026` */
  day: string
  notice: number | null
  policy: string | null
  label: string
}) {
  return (
    <p className="record" role="img" aria-label={label}>
      <Line words={[reference.replaceAll('-', ''), day]} />
      <Line words={[`NOTICE${notice ?? ''}`, `POLICY${policy ?? ''}`.toUpperCase()]} />
    </p>
  )
}

function Line({ words: [first = '', second = ''] }: { words: readonly string[] }) {
  return (
    <span className="record-line">
      {first}
      <i>{'<<'}</i>
      {second}
      <i>{'<'.repeat(Math.max(0, WIDTH - first.length - second.length))}</i>
    </span>
  )
}
