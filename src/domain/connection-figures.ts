import type { Status } from '../model/status.ts'
import { type FigureRow, figureRows } from '../store/figures.ts'
import type { Reading } from '../store/open.ts'

/** Why a connection is not up, as a label of metrics: a closed set. */
export const reasons = ['none', 'pending', 'switched_off', 'refused', 'unknown'] as const
export type Reason = (typeof reasons)[number]

/** A connection with what metrics say about it. */
export interface ConnectionFigures extends FigureRow {
  readonly reason: Reason
}

/** Of every connection there is, in one statement. */
export async function connectionFigures(tx: Reading): Promise<ConnectionFigures[]> {
  return (await figureRows(tx)).map((row) => ({ ...row, reason: reasonOf(row) }))
}

function reasonOf({ status, isOn, problem }: { status: Status; isOn: boolean; problem: string }): Reason {
  if (status === 'ACTIVE') return 'none'
  if (!isOn) return 'switched_off'
  if (status.startsWith('PENDING_')) return 'pending'
  return problem === '' ? 'unknown' : 'refused'
}
