import type { ReactNode } from 'react'

/** One matter of a settings page: what it is on the left, what stands and what can be done on the right. */
export function Setting({
  id,
  title,
  lead,
  children,
}: {
  id: string
  title: string
  lead: ReactNode
  children: ReactNode
}) {
  return (
    <section className="setting" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <p>{lead}</p>
      </div>
      <div className="setting-body">{children}</div>
    </section>
  )
}
