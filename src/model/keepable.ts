/** The largest integer every database and client keeps exactly. */
export const largestInteger = 2_147_483_647

/** Why no text column keeps the text as it is, or nothing: PostgreSQL has no U+0000, UTF-8 no half of a pair. */
export function unkeepable(text: string): string | undefined {
  if (text.includes('\u0000')) return 'it contains the character U+0000'
  if (/\p{Surrogate}/u.test(text)) return 'it contains half of a surrogate pair'
  return undefined
}

/** Whether a column can have the value. What none can have is in no row, so it need not be looked for. */
export function isKeepable(value: string | number | null): boolean {
  if (typeof value === 'string') return unkeepable(value) === undefined
  return value === null || (Number.isInteger(value) && Math.abs(value) <= largestInteger)
}
