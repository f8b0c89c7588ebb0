import type { AnchorHTMLAttributes, ButtonHTMLAttributes } from 'react'

/** `primary` once per page; `even` for pairs of equal weight; `line` for a lesser action; `text` for a way aside. */
export type ButtonLook = 'primary' | 'even' | 'line' | 'text'

const LOOKS: Readonly<Record<ButtonLook, string>> = {
  primary: 'btn btn-primary',
  even: 'btn btn-even',
  line: 'btn btn-line',
  text: 'btn btn-text',
}

type WithLook<Props> = Props & { look?: ButtonLook }

function Button({
  look = 'line',
  className = '',
  ...props
}: WithLook<ButtonHTMLAttributes<HTMLButtonElement>>) {
  return <button type="submit" className={`${LOOKS[look]} ${className}`.trim()} {...props} />
}

/** A plain link: every page is loaded whole, so that it works without JavaScript. */
function ButtonLink({
  look = 'line',
  className = '',
  ...props
}: WithLook<AnchorHTMLAttributes<HTMLAnchorElement>>) {
  return <a className={`${LOOKS[look]} ${className}`.trim()} {...props} />
}

export { Button, ButtonLink }
