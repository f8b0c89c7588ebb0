import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { SetUp } from '@/lib/connections/set-up'
import { Copy } from '../../../_components/copy'

/** What the vendor has to know of us, to be copied letter by letter. */
export async function Addresses({ setUp }: { setUp: SetUp }) {
  const t = await getTranslations('desk.providers.steps')
  const { returnAddress, webhook, displayName } = setUp
  return (
    <dl className="addresses">
      <Address
        title={t('returnAddress')}
        url={returnAddress?.url ?? null}
        note={
          returnAddress === null ? t('returnUnknown') : t(returnAddress.exact ? 'returnExact' : 'returnBelow')
        }
      >
        {returnAddress?.isPublic === false && <strong>{t('returnLocal')}</strong>}
      </Address>
      <Address
        title={t('webhook')}
        url={webhook?.url ?? null}
        note={
          webhook === null
            ? t('webhookNone', { name: displayName })
            : t(webhook.inPath ? 'webhookSecret' : 'webhookKey', { setting: webhook.setting })
        }
      />
    </dl>
  )
}

function Address({
  title,
  url,
  note,
  children,
}: {
  title: string
  url: string | null
  note: string
  children?: ReactNode
}) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {url !== null && (
          <p className="address">
            <code className="pick-all">{url}</code>
            <Copy text={url} what={title} />
          </p>
        )}
        <p className="quiet">
          {children} {note}
        </p>
      </dd>
    </div>
  )
}
