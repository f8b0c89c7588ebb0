import type { Share } from '@/lib/analytics/types'

/** A share as a bar, and as a thin line the bounds of the true share. The numbers stand beside it. */
export function ShareBar({ share }: { share: Share }) {
  const [low, high] = [share.low * 100, share.high * 100]
  return (
    <svg
      className="share-bar"
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect className="ground" width="100" height="10" />
      <rect className="part" width={round(share.share * 100)} height="10" />
      <rect className="bounds" x={round(low)} width={Math.max(0.4, round(high - low))} y="4" height="2" />
    </svg>
  )
}

/** `64.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** `58.1 to 69.9 of 100, …`, filled into the sentence of the page. */
export function bounds({ low, high }: Share): { low: string; high: string } {
  return { low: (low * 100).toFixed(1), high: (high * 100).toFixed(1) }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
