import type { ReactNode } from 'react'

/** Two facing pages, or two sheets under each other on a phone: the first asks, the second explains. */
function Booklet({ single = false, children }: { single?: boolean; children: ReactNode }) {
  return (
    <main id="page" className={single ? 'booklet booklet-single' : 'booklet'}>
      {children}
    </main>
  )
}

/** The page that asks. Carries the iris band on wide screens. */
function AskingSheet({ children }: { children: ReactNode }) {
  return (
    <article className="sheet">
      <div className="iris" aria-hidden="true" />
      {children}
    </article>
  )
}

/** The page that explains, named by its first heading. */
function FacingSheet({ labelledBy, children }: { labelledBy: string; children: ReactNode }) {
  return (
    <section className="sheet" aria-labelledby={labelledBy}>
      {children}
    </section>
  )
}

/** The line above the heading: what this page is, and where it stands in the whole. */
function Folio({ at, children }: { at?: ReactNode; children: ReactNode }) {
  return (
    <p className="folio">
      {typeof children === 'string' ? <span>{children}</span> : children}
      {at}
    </p>
  )
}

/** The place of the one primary button; stays in reach at the foot of a phone. `aside` is the way out beside it. */
function Dock({ aside, children }: { aside?: ReactNode; children?: ReactNode }) {
  return (
    <div className="actions">
      {children !== undefined && children !== null && <div className="dock">{children}</div>}
      {aside !== undefined && <div className="later">{aside}</div>}
    </div>
  )
}

export { AskingSheet, Booklet, Dock, FacingSheet, Folio }
