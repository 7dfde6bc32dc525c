/** How closely traffic is kept: samples of a resolution, for so long after they were taken; then they are thinned to the next. */
export const resolutions = [
  { seconds: 10, keptSeconds: 3_600 },
  { seconds: 60, keptSeconds: 86_400 },
  { seconds: 600, keptSeconds: 30 * 86_400 },
  { seconds: 3_600, keptSeconds: 365 * 86_400 },
] as const

/** Resolution in which new samples are taken. */
export const finest = resolutions[0].seconds

/** In which resolution a time is kept that long after it, in seconds. */
export function resolutionAfter(seconds: number): number {
  const kept = resolutions.find(({ keptSeconds }) => seconds <= keptSeconds)
  return (kept ?? resolutions[resolutions.length - 1])?.seconds ?? finest
}
