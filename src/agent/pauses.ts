/** A series of pauses: the first, doubled each time, never above the longest. Milliseconds. */
export interface Pauses {
  readonly firstMs: number
  readonly longestMs: number
}

/** How much of a pause chance may take away, so that many who fail together do not come back together. */
const jitter = 0.25

/**
 * The pause after the `failures`-th failure in a row (1, 2, …), between three quarters of its full length and all of it.
 *
 * @param random number from 0 up to 1
 */
export function growingPause({ firstMs, longestMs }: Pauses, failures: number, random: number): number {
  const full = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1))
  return full * (1 - jitter * random)
}
