import { getTranslations } from 'next-intl/server'
import { Folio } from '@/components/booklet'

const TOTAL = 4

/** The folio of one of the four pages that every player passes. */
export async function FolioStep({ step, title }: { step: number; title: string }) {
  const t = await getTranslations('common')
  return <Folio at={<b>{t('folio', { step, total: TOTAL })}</b>}>{title}</Folio>
}
