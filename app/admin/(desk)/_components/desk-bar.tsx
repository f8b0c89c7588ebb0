import type { ReactNode } from 'react'

/** Title of a page of the desk, a quiet line beside it, and at the end what can be done here. */
export function DeskBar({
  title,
  lead,
  children,
}: {
  title: ReactNode
  lead?: ReactNode
  children?: ReactNode
}) {
  return (
    <header className="bar">
      <h1>{title}</h1>
      {lead !== undefined && <p>{lead}</p>}
      {children}
    </header>
  )
}
