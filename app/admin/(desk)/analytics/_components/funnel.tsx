import { getTranslations } from 'next-intl/server'
import { type Analytics, FUNNEL_STEPS, type FunnelRow, type FunnelStep } from '@/lib/analytics/types'
import { NONE } from '@/lib/review/types'
import { toCases } from './links'
import { bounds, percent, ShareBar } from './share-bar'

export async function Funnel({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics')
  return (
    <section aria-labelledby="funnel">
      <h2 id="funnel" className="desk-h2">
        {t('funnel.title')}
      </h2>
      <p className="quiet gov-text">{t('funnel.text')}</p>
      <table className="gov-table">
        <thead>
          <tr>
            <th scope="col">{t('funnel.step')}</th>
            <th scope="col" className="r">
              {t('funnel.count')}
            </th>
            <th scope="col" className="r">
              {t('funnel.ofBegun')}
            </th>
            <th scope="col" className="wide">
              <span className="sr-only">{t('funnel.ofBegun')}</span>
            </th>
            <th scope="col" className="r">
              {t('funnel.ofPrevious')}
            </th>
          </tr>
        </thead>
        <tbody>
          {page.funnel.map(({ step, count, ofBegun, ofPrevious }) => (
            <tr key={step}>
              <th scope="row">
                {t(`steps.${step}.label`)} <small>{t(`steps.${step}.text`)}</small>
              </th>
              <td className="r num">
                <a href={toCases(page, toStep(step))}>{count}</a>
              </td>
              <td className="r num">{ofBegun === null ? '' : percent(ofBegun.share)}</td>
              <td className="wide">
                {ofBegun !== null && <ShareBar share={ofBegun} />}
                {ofBegun !== null && <small>{t('interval', bounds(ofBegun))}</small>}
              </td>
              <td className="r num">{ofPrevious === null ? '' : percent(ofPrevious.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <FunnelRows page={page} />
    </section>
  )
}

async function FunnelRows({ page }: { page: Analytics }) {
  const t = await getTranslations('desk.analytics')
  return (
    <>
      <h3 id="funnel-rows" className="desk-h2 mt-6">
        {t('funnel.rows')}
      </h3>
      <p className="quiet gov-text">{t('funnel.rowsText')}</p>
      <table className="gov-table" aria-labelledby="funnel-rows">
        <thead>
          <tr>
            <th scope="col">{t('funnel.vendor')}</th>
            <th scope="col">{t('funnel.policy')}</th>
            {FUNNEL_STEPS.map((step) => (
              <th key={step} scope="col" className="r">
                {t(`steps.${step}.label`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.funnelRows.map((row) => (
            <tr key={`${row.connectionId} ${row.policyVersion}`}>
              <th scope="row">
                <Vendor page={page} row={row} none={t('funnel.noVendor')} />
              </th>
              <td>{row.policyVersion || <span className="quiet">{t('funnel.noPolicy')}</span>}</td>
              {row.steps.map(({ step, count, ofBegun }) => (
                <td key={step} className="r num">
                  {count === 0 ? (
                    count
                  ) : (
                    <a href={toCases(page, { ...ofRow(row), ...toStep(step) })}>{count}</a>
                  )}
                  {ofBegun !== null && <ShareBar share={ofBegun} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Vendor({ page, row, none }: { page: Analytics; row: FunnelRow; none: string }) {
  const name = row.connectionId === '' ? none : row.connectionName
  return <a href={toCases(page, ofRow(row))}>{name}</a>
}

const ofRow = ({ connectionId, policyVersion }: FunnelRow) => ({
  connection: connectionId || NONE,
  policy: policyVersion || NONE,
})

const toStep = (step: FunnelStep) => (step === 'begun' ? {} : { counted: step })
