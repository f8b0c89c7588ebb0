import { getTranslations } from 'next-intl/server'
import { CopyButton } from './copy-button'

/** The button that copies `text`, named after `what` it is. */
export async function Copy({ text, what }: { text: string; what: string }) {
  const t = await getTranslations('desk.providers')
  const words = {
    label: t('copy'),
    what: t('copyWhat', { what }),
    copied: t('copied'),
    failed: t('notCopied'),
  }
  return <CopyButton text={text} words={words} />
}
