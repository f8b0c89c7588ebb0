'use client'

import type { Route } from 'next'
import { useRouter } from 'next/navigation'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
  useTransition,
} from 'react'
import { Banner } from '@/components/ui/banner'
import { Icon } from '@/components/ui/icon'
import type { Answer } from '@/lib/auth/staff-guards'
import type { Messages } from '@/lib/i18n/messages'
import { call, type Problem } from './call'
import { CommandsProvider, useCommands } from './commands'
import { Palette, type SearchCases } from './palette'
import { ProblemBanner } from './problem'
import { Shortcuts } from './shortcuts'
import { Skeleton } from './skeleton'
import { Toast, type ToastMessage } from './toast'

export type ShellWords = Messages['desk']['shell']

interface Place {
  key: string
  href: string
  label: string
  /** Printed after G. */
  letter: string
}

interface Shell {
  words: ShellWords
  /** One line that something succeeded, with an undo where there is one. */
  tell: (message: ToastMessage) => void
  openPalette: () => void
  /** Null for roles that claim nothing. */
  claimNext: (() => void) | null
  isClaiming: boolean
  /** Opens a page as a link does. */
  go: (href: string) => void
  /** A link says where it leads while that page is on its way, and null when it has come. */
  setOnWay: (href: string | null) => void
}

const ShellContext = createContext<Shell | null>(null)

/** What every part of the desk may ask of its shell. */
export function useShell(): Shell {
  const shell = useContext(ShellContext)
  if (shell === null) throw new Error('no DeskShell above')
  return shell
}

interface Props {
  words: ShellWords
  places: readonly Place[]
  searchCases: SearchCases | null
  claimNextCase: ((input: unknown) => Promise<Answer<{ id: string } | null>>) | null
  rail: ReactNode
  children: ReactNode
}

/** Rail and page, with palette, shortcuts and the one toast. */
export function DeskShell(props: Props) {
  return (
    <CommandsProvider>
      <Frame {...props} />
    </CommandsProvider>
  )
}

function Frame({ words, places, searchCases, claimNextCase, rail, children }: Props) {
  const router = useRouter()
  const [toast, setToast] = useState<ToastMessage | null>(null)
  const [notice, setNotice] = useState<Problem | 'nothing' | null>(null)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const [onWay, setOnWay] = useState<string | null>(null)
  const [goal, setGoal] = useState('')
  const [isGoing, startGoing] = useTransition()
  const go = useCallback(
    (href: string) => {
      setGoal(href)
      startGoing(() => router.push(href as Route))
    },
    [router],
  )
  const openPalette = useCallback(() => setPaletteOpen(true), [])
  const [isClaiming, setClaiming] = useState(false)
  const claimNext = useCallback(async () => {
    if (claimNextCase === null) return
    setNotice(null)
    setClaiming(true)
    const answer = await call(claimNextCase, {})
    setClaiming(false)
    if (!answer.ok) setNotice(answer)
    else if (answer.value === null) setNotice('nothing')
    else go(`/admin/cases/${answer.value.id}`)
  }, [claimNextCase, go])
  const claim = claimNextCase === null ? null : claimNext
  useCommands([
    ...places.map(({ letter, label, href }) => ({
      keys: `G ${letter}`,
      label: words.shortcuts.goTo.replace('{page}', label),
      run: () => go(href),
    })),
    ...(claim === null ? [] : [{ keys: 'G N', label: words.shortcuts.claimNext, run: () => void claim() }]),
    { keys: '/', label: words.shortcuts.search, run: openPalette, inPalette: false },
    { keys: '?', label: words.shortcuts.open, run: () => setHelpOpen(true) },
  ])
  const shell = useMemo(
    () => ({
      words,
      tell: setToast,
      openPalette,
      claimNext: claim === null ? null : () => void (isClaiming || claim()),
      isClaiming,
      go,
      setOnWay,
    }),
    [words, openPalette, claim, isClaiming, go],
  )
  const to = onWay ?? (isGoing ? goal : null)
  return (
    <ShellContext value={shell}>
      {rail}
      <main id="page" className="work" tabIndex={-1} aria-busy={to !== null}>
        <Skeleton to={to} label={words.loading} />
        {notice !== null && (
          <div className="pad flex gap-2">
            <div className="flex-1">
              {notice === 'nothing' ? (
                <Banner tone="info" title={words.claimNext.none} alert>
                  <p>{words.claimNext.noneText}</p>
                </Banner>
              ) : (
                <ProblemBanner problem={notice} words={words} />
              )}
            </div>
            <button type="button" className="icon-btn" onClick={() => setNotice(null)}>
              <Icon name="x" />
              <span className="sr-only">{words.close}</span>
            </button>
          </div>
        )}
        {children}
      </main>
      <Palette
        open={isPaletteOpen}
        setOpen={setPaletteOpen}
        searchCases={searchCases}
        go={go}
        words={words}
      />
      <Shortcuts open={isHelpOpen} onClose={() => setHelpOpen(false)} words={words} />
      <Toast message={toast} onGone={() => setToast(null)} />
    </ShellContext>
  )
}
