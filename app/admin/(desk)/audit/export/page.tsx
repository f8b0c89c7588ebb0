import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import '@/app/styles/governance.css'
import { ButtonLink } from '@/components/ui/button'
import { requireStaff } from '@/lib/auth/staff-guards'
import { siteOrigin } from '@/lib/settings-view'
import { DeskBar } from '../../_components/desk-bar'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('desk.audit'))('copy.title') }
}

export default async function AuditExportPage() {
  await requireStaff('audit.export', '/admin/audit/export')
  const t = await getTranslations('desk.audit.copy')
  return (
    <>
      <DeskBar title={t('title')} lead={t('lead')} />
      <div className="scroll pad gov">
        <section>
          <p className="gov-text">{t('text')}</p>
          <div className="gov-form-line">
            <ButtonLink look="primary" href="/admin/audit/export/download">
              {t('download')}
            </ButtonLink>
            <a href="/admin/audit">{t('back')}</a>
          </div>
        </section>
        <section aria-labelledby="verify">
          <h2 id="verify" className="desk-h2">
            {t('verify')}
          </h2>
          <p className="gov-text">{t('steps')}</p>
          <pre className="gov-json">
            {`curl ${siteOrigin()}/.well-known/ante-keys.json > keys.json
node audit-verify.mjs --from audit.jsonl --keys keys.json`}
          </pre>
          <p className="gov-text">{t('copies')}</p>
          <pre className="gov-json">
            node audit-verify.mjs --from audit.jsonl --keys keys.json --checkpoints copies/
          </pre>
        </section>
      </div>
    </>
  )
}
