import type { ReactNode } from 'react'

/** Numbered lines of what happens or what to do, in order. */
function Steps({ children }: { children: ReactNode }) {
  return <ol className="steps">{children}</ol>
}

function Step({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <li>
      <div>
        <strong>{title}</strong>
        <span>{children}</span>
      </div>
    </li>
  )
}

export { Step, Steps }
