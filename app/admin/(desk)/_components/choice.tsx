import type { ReactNode } from 'react'
import { Select } from '@/components/ui/field'

/** A labelled list in a bar of filters. */
export function Choice({
  name,
  label,
  value,
  children,
}: {
  name: string
  label: string
  value: string
  children: ReactNode
}) {
  return (
    <span className="desk-choice">
      <label htmlFor={`choice-${name}`}>{label}</label>
      <Select id={`choice-${name}`} name={name} defaultValue={value}>
        {children}
      </Select>
    </span>
  )
}
