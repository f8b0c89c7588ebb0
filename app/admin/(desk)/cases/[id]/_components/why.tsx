import { Icon } from '@/components/ui/icon'
import { REASONS } from '@/lib/checks/reasons'
import { fill } from '@/lib/i18n/format'
import type { CaseFile } from '@/lib/review/case'
import { sayRule } from './check-lines'
import { SamePapers } from './same-papers'
import type { CaseWords } from './setup'

/** Why it is here: each finding in the words of its rule, with what was found and what was asked for. */
export function Why({
  file,
  words,
  statuses,
}: {
  file: CaseFile
  words: CaseWords
  statuses: Readonly<Record<string, string>>
}) {
  const { why } = words
  const isOpen = file.status === 'awaiting_reviewer'
  const titles = file.reasons.map((code) => REASONS[code].staff)
  return (
    <div className={`banner mb-3 ${isOpen ? 'tone-pending' : 'tone-info'}`}>
      <Icon name="circle-question-mark" />
      <div>
        <b className="inline!">{isOpen ? why.title : why.decided}</b>{' '}
        {titles.length === 0 ? why.none : titles.join(' ')}
        {titles.length === 0 && <p>{why.noneText}</p>}
        {file.why.map((check) => {
          const rule = sayRule(check, words)
          return (
            <p key={check.question}>
              <span className="mono">{check.question}</span>
              {rule === '' ? '' : `: ${rule}`}
            </p>
          )
        })}
        {file.isInDoubt && (
          <p>
            <b className="inline!">{why.inDoubt}</b> {why.inDoubtText}
          </p>
        )}
        <SamePapers links={file.links} words={words} statuses={statuses} />
        {file.policyVersion !== null && isOpen && <p>{fill(why.policy, { policy: file.policyVersion })}</p>}
      </div>
    </div>
  )
}
