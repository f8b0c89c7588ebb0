import { getTranslations } from 'next-intl/server'
import { createElement, Fragment } from 'react'
import { Icon } from '@/components/ui/icon'
import { Mark } from '@/components/ui/mark'
import type { KeptReport } from '@/lib/connections/examinations'
import { Copy } from './copy'
import { formatSpan } from './figures'
import { Probes } from './probes'

/** What the doctor found: diagnosis, fix and probes on the left, the evidence on the right. */
export async function Report({ report }: { report: KeptReport }) {
  const t = await getTranslations('desk.providers')
  return (
    <div className="report">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it has to be reached by keyboard */}
      <section className="col" aria-label={t('diagnosis')} tabIndex={0}>
        <Diagnosis report={report} />
        <Fixes report={report} />
        <Besides report={report} />
        <Probes probes={report.probes} />
      </section>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it has to be reached by keyboard */}
      <aside className="col" aria-label={t('evidence')} tabIndex={0}>
        <Curl curl={report.curl} />
        <CameBack calls={report.calls} />
        <RulesOut texts={report.rulesOut} />
        <Ticket report={report} />
      </aside>
    </div>
  )
}

async function Diagnosis({ report }: { report: KeptReport }) {
  const t = await getTranslations('desk.providers')
  return (
    <>
      <p>
        <Mark tone={report.healthy ? 'passed' : 'failed'} icon="stethoscope">
          {report.healthy ? t('well') : t('diagnosis')}
        </Mark>
      </p>
      <p className="diagnosis">{report.diagnosis}</p>
      {report.explanation !== '' && <p className="lead">{report.explanation}</p>}
    </>
  )
}

async function Fixes({ report: { fixes, ticket } }: { report: KeptReport }) {
  const t = await getTranslations('desk.providers')
  if (fixes.length === 0) return null
  return (
    <div className="block">
      <h2>{t('whatToDo')}</h2>
      <ol className="fixes">
        {fixes.map((fix) => (
          <li key={fix}>
            <span>
              <Words text={fix} />
            </span>
          </li>
        ))}
        {ticket !== null && (
          <li>
            <span>
              {t('stillThere')}
              <small>{t('stillThereText')}</small>
            </span>
          </li>
        )}
      </ol>
    </div>
  )
}

async function Besides({ report: { alsoFound, alsoPossible } }: { report: KeptReport }) {
  const t = await getTranslations('desk.providers')
  return (
    <>
      {alsoFound.length > 0 && (
        <div className="block">
          <h2>{t('alsoFound')}</h2>
          <ul className="besides">
            {alsoFound.map(({ finding, diagnosis, fix }) => (
              <li key={finding}>
                {diagnosis}
                <small>
                  <Words text={fix} />
                </small>
              </li>
            ))}
          </ul>
        </div>
      )}
      {alsoPossible.length > 0 && (
        <div className="block">
          <h2>{t('alsoPossible')}</h2>
          <ul className="besides">
            {alsoPossible.map(({ finding, howToTell }) => (
              <li key={finding}>
                {t(`finding.${finding}`)}
                <small>{howToTell}</small>
              </li>
            ))}
          </ul>
        </div>
      )}
    </>
  )
}

async function Curl({ curl }: Pick<KeptReport, 'curl'>) {
  const t = await getTranslations('desk.providers')
  if (curl === null) return null
  return (
    <div className="block">
      <h2>
        {t('tryIt')} <Copy text={curl} what={t('tryIt')} />
      </h2>
      <pre>
        <Marked text={curl} pattern={/(\$\([^)]*\)|\$\w+)/} as="var" />
      </pre>
      <p className="quiet">{t('tryItText')}</p>
    </div>
  )
}

async function CameBack({ calls }: Pick<KeptReport, 'calls'>) {
  const t = await getTranslations('desk.providers')
  if (calls.length === 0) return null
  return (
    <div className="block">
      <h2>{t('cameBack')}</h2>
      <ol className="came-back">
        {calls.map((call) => (
          <li key={`${call.at} ${call.call} ${call.remark}`}>
            <b className={call.status !== null && call.status < 400 ? 'mono' : 'mono is-bad'}>
              {call.status ?? call.shape}
            </b>
            <span>
              <span className="mono">
                {call.method} {call.call}
              </span>
              {call.remark !== '' && `, ${call.remark}`}
              <small>
                {call.wording === null ? call.shape : `“${call.wording}”`}, {formatSpan(call.ms)}
                {call.traceIds.map((id) => `, ${id}`)}
              </small>
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}

async function RulesOut({ texts }: { texts: readonly string[] }) {
  const t = await getTranslations('desk.providers')
  if (texts.length === 0) return null
  return (
    <div className="block">
      <h2>{t('rulesOut')}</h2>
      <ul className="ruled-out">
        {texts.map((text) => (
          <li key={text}>
            <Icon name="check" />
            <span>{text}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

async function Ticket({ report: { ticket, healthy, displayName } }: { report: KeptReport }) {
  const t = await getTranslations('desk.providers')
  if (healthy) return null
  if (ticket === null) return <p className="quiet block">{t('noTicket')}</p>
  const title = t('ticket', { name: displayName })
  return (
    <div className="block">
      <h2>
        {title} <Copy text={ticket} what={title} />
      </h2>
      <pre>{ticket}</pre>
    </div>
  )
}

/** Names of settings in another type. */
function Words({ text }: { text: string }) {
  return <Marked text={text} pattern={/\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/} as="code" />
}

/** `text` with what the one group of `pattern` matches set apart. */
function Marked({ text, pattern, as }: { text: string; pattern: RegExp; as: 'code' | 'var' }) {
  const parts = text
    .split(pattern)
    .map((part, place) => (place % 2 === 1 ? createElement(as, null, part) : part))
  return createElement(Fragment, null, ...parts)
}
