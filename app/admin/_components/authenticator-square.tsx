import { getTranslations } from 'next-intl/server'
import { encode } from 'uqr'

const QUIET_MODULES = 2

/** What an authenticator app scans, and the same as letters to type. */
export async function AuthenticatorSquare({ uri, secret }: { uri: string; secret: string }) {
  const t = await getTranslations('desk.staff')
  const { data, size } = encode(uri, { border: QUIET_MODULES })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <div className="totp">
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={t('totp.square')}
        shapeRendering="crispEdges"
      >
        <path d={path} />
      </svg>
      <div>
        <p className="small">{t('totp.scan')}</p>
        <p className="totp-secret">{secret.match(/.{1,4}/g)?.join(' ')}</p>
      </div>
    </div>
  )
}
