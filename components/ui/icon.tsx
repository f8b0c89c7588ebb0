import { createElement, type SVGProps } from 'react'
import { OUTLINES } from './outlines'

export type IconName = keyof typeof OUTLINES

/** A Lucide outline, decorative: the word beside it is its name. */
export function Icon({
  name,
  className,
  ...props
}: { name: IconName } & Omit<SVGProps<SVGSVGElement>, 'name'>) {
  return (
    <svg
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
      className={className === undefined ? 'icon' : `icon ${className}`}
      {...props}
    >
      {OUTLINES[name].map(([shape, geometry]) =>
        createElement(shape, { key: JSON.stringify(geometry), ...geometry }),
      )}
    </svg>
  )
}
