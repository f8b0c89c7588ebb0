import type { ReactNode } from 'react'

/** One matter of a list: what it is, its case, and what can be done. */
export function Entry({
  title,
  verificationId,
  openCase,
  detail,
  children,
}: {
  title: string
  verificationId: string | null
  openCase: string
  detail: string
  children: ReactNode
}) {
  return (
    <li>
      <div>
        <b>{title}</b>
        <small>
          {detail} {verificationId !== null && <a href={`/admin/cases/${verificationId}`}>{openCase}</a>}
        </small>
      </div>
      {children}
    </li>
  )
}
