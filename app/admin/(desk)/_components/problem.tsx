'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import type { ReactNode } from 'react'
import { Banner } from '@/components/ui/banner'
import { ButtonLink } from '@/components/ui/button'
import type { Problem } from './call'
import type { ShellWords } from './desk-shell'

/** Why a press did not go through, and the way out. What was typed stays where it is. */
export function ProblemBanner({
  problem,
  words,
  children,
}: {
  problem: Problem
  words: ShellWords
  children?: ReactNode
}) {
  const [path, search] = [usePathname(), useSearchParams().toString()]
  const next = encodeURIComponent(search === '' ? path : `${path}?${search}`)
  const { problems } = words
  return (
    <Banner tone={problem.code === 'factor_needed' ? 'pending' : 'failed'} title={problems.title} alert>
      <p>{sayProblem(problem, words)}</p>
      {problem.code === 'factor_needed' && (
        <ButtonLink href={`/admin/confirm?next=${next}`}>{problems.confirm}</ButtonLink>
      )}
      {problem.code === 'not_signed_in' && (
        <ButtonLink href={`/admin/sign-in?next=${next}`} target="_blank">
          {problems.signIn}
        </ButtonLink>
      )}
      {children}
    </Banner>
  )
}

/** The same in one sentence, for where there is no room for a way out. */
export function sayProblem({ code }: Problem, { problems }: ShellWords): string {
  return code in problems ? problems[code as keyof typeof problems] : problems.network
}
