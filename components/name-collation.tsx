/** Two spellings of one name under each other, word by word; letters that differ are framed. `label` is read out instead. */
export function NameCollation({
  first,
  second,
  same,
  label,
}: {
  first: { from: string; name: string }
  second: { from: string; name: string }
  /** The words "same on both". */
  same: string
  label: string
}) {
  const words = collate(first.name, second.name)
  if (words === null) return null
  const agreed = words.filter((word) => word.one === word.two).map((word) => word.one)
  return (
    <div className="collation" role="img" aria-label={label}>
      {words
        .filter((word) => word.one !== word.two)
        .map((word) => (
          <div key={`${word.one} ${word.two}`}>
            <Word from={first.from} word={word.one} other={word.two} />
            <Word from={second.from} word={word.two} other={word.one} />
          </div>
        ))}
      {agreed.length > 0 && (
        <p className="small quiet">
          {same}: {agreed.join(' ')}
        </p>
      )}
    </div>
  )
}

function Word({ from, word, other }: { from: string; word: string; other: string }) {
  return (
    <div className="collation-word">
      <span>{from}</span>
      <div className="collation-cells">
        {Array.from(word, (letter, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: letters repeat and never move
          <b key={index} className={letter === Array.from(other)[index] ? undefined : 'is-different'}>
            {letter}
          </b>
        ))}
      </div>
    </div>
  )
}

/** The words of both names in pairs; null when order or length differ, where letters under each other would mislead. */
export function collate(first: string, second: string): { one: string; two: string }[] | null {
  const [ones, twos] = [toWords(first), toWords(second)]
  if (ones.length !== twos.length) return null
  const pairs = ones.map((one, index) => ({ one, two: twos[index] ?? '' }))
  const drawable = pairs.every(({ one, two }) => one.length === two.length && one.length <= 9)
  return drawable && first !== second ? pairs : null
}

function toWords(name: string): string[] {
  return name
    .toUpperCase()
    .split(/\s+/)
    .filter((word) => word !== '')
}
