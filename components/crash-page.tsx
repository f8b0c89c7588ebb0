'use client'

import { useSyncExternalStore } from 'react'
import sentences from '@/messages/crash.json'

const never = () => () => {}

/** What stays when a page breaks: whose side it is on, what is kept, and a way on. Knows both languages by itself. */
export function CrashPage({
  digest,
  retry,
  home = '/',
}: {
  digest: string | undefined
  retry: () => void
  home?: '/' | '/admin'
}) {
  const language = useSyncExternalStore(
    never,
    () => document.documentElement.lang,
    () => 'en',
  )
  const words = language === 'hi' ? sentences.hi : sentences.en
  return (
    <div className="player">
      <main className="booklet booklet-single">
        <article className="sheet">
          <div className="stack">
            <h1>{words.heading}</h1>
            <p className="lead">{home === '/' ? words.text : words.deskText}</p>
            {digest !== undefined && (
              <p className="small quiet">
                {words.number} <span className="mono pick-all">{digest}</span>
              </p>
            )}
          </div>
        </article>
        <div className="actions">
          <div className="dock">
            <button type="button" className="btn btn-primary" onClick={retry}>
              {words.again}
            </button>
          </div>
          <div className="later">
            <a className="btn btn-text" href={home}>
              {home === '/' ? words.home : words.deskHome}
            </a>
          </div>
        </div>
      </main>
    </div>
  )
}
