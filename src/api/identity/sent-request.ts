/**
 * A request as it came, before anything was made of it. Texts hold one byte in each character (latin1), because that is
 * how Node gives what it read, and bytes are what was signed.
 */
export interface SentRequest {
  readonly method: string
  /** Path and query as they were written. */
  readonly target: string
  /** Names and values in turn, as Node's `rawHeaders`. */
  readonly headers: readonly string[]
  /** Empty: none came. */
  readonly body: Uint8Array
}

/** Every value that a header was sent with. @param name in lower case */
export function valuesOf({ headers }: Pick<SentRequest, 'headers'>, name: string): string[] {
  return headers.filter((_, index) => index % 2 === 1 && headers[index - 1]?.toLowerCase() === name)
}

/** Names of the headers that were sent, in lower case. */
export function headerNamesOf({ headers }: Pick<SentRequest, 'headers'>): string[] {
  return headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
}
