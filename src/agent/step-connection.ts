import type { ConnectionId } from '../model/ids.ts'
import type { Step } from './step.ts'

/** The connection a step is for; `undefined` when it concerns the gateway as a whole. */
export function connectionOf(step: Step): ConnectionId | undefined {
  if (!('connection' in step)) return undefined
  return typeof step.connection === 'string' ? step.connection : step.connection.id
}
