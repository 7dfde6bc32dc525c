/**
 * A client's text as it may be kept: at most so many characters, ending in `…` where something was left out. U+0000, which
 * PostgreSQL does not keep, and halves of characters become U+FFFD.
 */
export function boundedText(text: string, longest: number): string {
  const short = text.length > longest ? `${text.slice(0, longest - 1)}…` : text
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that one cannot be kept
  return short.replaceAll(/\u0000|\p{Cs}/gu, '\ufffd')
}
