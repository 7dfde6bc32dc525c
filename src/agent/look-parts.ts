import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Driver } from './driver.ts'

/** What a look needs from outside. */
export interface LookParts {
  readonly driver: Driver
  readonly controlPlane: ControlPlane
  readonly clock: Clock
  /** Numbers from 0 up to 1. */
  readonly random: () => number
  readonly log: Log
  /** Told of every look: how long it took, in milliseconds. */
  readonly onLook?: (milliseconds: number, outcome: 'done' | 'failed') => void
}
