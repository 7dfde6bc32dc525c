/** Milliseconds since 1970-01-01T00:00:00Z. Fractions carry microseconds where the clock has them. */
export type Instant = number

/** Time, handed in by `main/` so that a test owns it. */
export interface Clock {
  now(): Instant
  /** Resolves after `milliseconds`; rejects with the signal's reason when that comes first. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>
}
