import type { NoticeSection } from '@/lib/consent/types'

/** Paragraphs and list of one section of the notice, exactly as the receipt's check sum covers them. */
export function NoticeSectionBody({ section }: { section: NoticeSection }) {
  return (
    <>
      {section.paragraphs.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
      {section.list.length > 0 && (
        <ul>
          {section.list.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  )
}
