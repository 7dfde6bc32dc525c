import { floorOfOneTunnel } from './bare-vici.ts'
import { benchPostToActive, type PostToActive } from './post-to-active.ts'
import type { Spread } from './statistics.ts'

export interface TunnelFigures extends PostToActive {
  readonly floor_ms: Spread
  readonly over_floor_ms: number
  readonly ratio_to_floor: number
}

/** How long one tunnel takes through the API, beside what it takes without anything of ours. */
export async function benchTunnel(): Promise<TunnelFigures> {
  const floor = await floorOfOneTunnel()
  const tunnel = await benchPostToActive()
  return {
    ...tunnel,
    floor_ms: floor,
    over_floor_ms: rounded(tunnel.median_ms - floor.median_ms),
    ratio_to_floor: rounded(tunnel.median_ms / floor.median_ms),
  }
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
