import type { ReactNode } from 'react'
import { Icon } from './icon'

function Folds({ children }: { children: ReactNode }) {
  return <div className="folds">{children}</div>
}

/** Opens and closes without script. `alone` draws its upper rule when it stands outside `Folds`. */
function Fold({
  title,
  open = false,
  alone = false,
  children,
}: {
  title: ReactNode
  open?: boolean
  alone?: boolean
  children: ReactNode
}) {
  return (
    <details className={alone ? 'fold fold-alone' : 'fold'} open={open}>
      <summary>
        {title}
        <Icon name="chevron-down" />
      </summary>
      <div className="fold-body">{children}</div>
    </details>
  )
}

export { Fold, Folds }
