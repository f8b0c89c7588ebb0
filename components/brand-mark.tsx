/** The operator's logo in a small square, or its first letter where there is none. */
export function BrandMark({ name, logo }: { name: string; logo: string | null }) {
  if (logo !== null) {
    return (
      <span className="brand-mark brand-logo">
        {/* biome-ignore lint/performance/noImgElement: the image optimiser is off, a logo is served as it is */}
        <img src={logo} alt="" width={28} height={28} />
      </span>
    )
  }
  return (
    <span className="brand-mark" aria-hidden="true">
      {name.slice(0, 1).toUpperCase()}
    </span>
  )
}
