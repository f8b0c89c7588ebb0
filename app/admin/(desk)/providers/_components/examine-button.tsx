'use client'

import { useFormStatus } from 'react-dom'
import { Button, type ButtonLook } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'

/** Sends the form around it, and says that it is on its way: an examination takes a few seconds. */
export function ExamineButton({ look, label, busy }: { look: ButtonLook; label: string; busy: string }) {
  const { pending } = useFormStatus()
  return (
    <>
      <Button look={look} aria-disabled={pending}>
        <Icon name={pending ? 'loader' : 'rotate-ccw'} {...(pending && { className: 'icon-turning' })} />
        {pending ? busy : label}
      </Button>
      <span role="status" className="sr-only">
        {pending ? busy : ''}
      </span>
    </>
  )
}
