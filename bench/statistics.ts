/** Median and ends of a series, to a tenth. */
export interface Spread {
  readonly median_ms: number
  readonly min_ms: number
  readonly max_ms: number
  readonly runs: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other)
  const at = (index: number) => Math.round((sorted[index] ?? Number.NaN) * 10) / 10
  return {
    median_ms: at(Math.floor(sorted.length / 2)),
    min_ms: at(0),
    max_ms: at(sorted.length - 1),
    runs: sorted.length,
  }
}
