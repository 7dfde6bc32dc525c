import type { GatewayId } from '../model/ids.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import type { Status } from '../model/status.ts'
import type { ConnectionReport, Report } from '../model/tunnel.ts'
import { VpnService } from '../model/vpn-service.ts'
import { keepReached } from '../store/gateways.ts'
import type { Tx } from '../store/open.ts'
import { reportableRows } from '../store/reportable.ts'
import { remove, update } from '../store/resources.ts'

/** What a row that a report may speak of is now. */
export interface ReportableRow {
  readonly kind: 'service' | 'connection'
  readonly id: string
  readonly status: Status
  readonly problem: string
  /** Revision of the gateway at the row's last change. */
  readonly revision: number
  /** Switched on, and for a connection its service too. */
  readonly isOn: boolean
}

export type Consequence =
  | { readonly do: 'set-status'; readonly row: ReportableRow; readonly status: Status; readonly problem: string }
  | { readonly do: 'remove'; readonly row: ReportableRow }

/**
 * What a report means for the rows of its gateway (`semantics.md` §6.2). Pure. A report made before a row's last change
 * says nothing about that row; a deleted connection goes when a later report stands without it.
 */
export function consequences(rows: readonly ReportableRow[], report: Report): Consequence[] {
  const reports = new Map<string, ConnectionReport>(report.connections.map((each) => [each.connection, each]))
  return rows
    .filter((row) => row.revision <= report.revision)
    .flatMap((row): Consequence[] => {
      if (row.status === 'PENDING_DELETE') {
        return report.problem || reports.has(row.id) ? [] : [{ do: 'remove', row }]
      }
      const { status, problem } =
        row.kind === 'service' ? serviceState(row, report) : connectionState(row, report, reports)
      return status === row.status && problem === row.problem ? [] : [{ do: 'set-status', row, status, problem }]
    })
}

interface State {
  readonly status: Status
  readonly problem: string
}

function serviceState(row: ReportableRow, report: Report): State {
  if (report.problem) return { status: 'ERROR', problem: report.problem }
  return { status: row.isOn ? 'ACTIVE' : 'DOWN', problem: '' }
}

function connectionState(row: ReportableRow, report: Report, reports: ReadonlyMap<string, ConnectionReport>): State {
  if (!row.isOn) return { status: 'DOWN', problem: '' }
  const reported = reports.get(row.id)
  if (reported?.state === 'up') return { status: 'ACTIVE', problem: '' }
  if (reported?.state === 'failed') return { status: 'ERROR', problem: reported.problem ?? '' }
  if (report.problem) return { status: 'ERROR', problem: report.problem }
  return { status: 'DOWN', problem: reported?.problem ?? '' }
}

/** Takes a report in. */
export async function takeReport(tx: Tx, report: Report): Promise<void> {
  const rows = await reportableRows(tx, report.gateway)
  for (const consequence of consequences(rows, report)) await carryOut(tx, consequence)
  await keepReached(tx, report.gateway as GatewayId, report.revision, report.problem ?? '')
}

async function carryOut(tx: Tx, consequence: Consequence): Promise<void> {
  const { row } = consequence
  if (consequence.do === 'remove') {
    await remove(tx, IpsecConnection, row.id)
  } else if (row.kind === 'service') {
    await update(tx, VpnService, row.id, { status: consequence.status })
  } else {
    await update(tx, IpsecConnection, row.id, { status: consequence.status }, { problem: consequence.problem })
  }
}
