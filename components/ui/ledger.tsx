import type { ReactNode } from 'react'

/** Label, double margin rule, fact: one fact per ruled line. `wide` gives the labels more room. */
function Ledger({ wide = false, children }: { wide?: boolean; children: ReactNode }) {
  return <dl className={wide ? 'ledger ledger-wide' : 'ledger'}>{children}</dl>
}

function LedgerLine({ label, hint, children }: { label: ReactNode; hint?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        {children}
        {hint !== undefined && <small>{hint}</small>}
      </dd>
    </div>
  )
}

export { Ledger, LedgerLine }
