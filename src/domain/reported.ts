import type { GatewayId } from '../model/ids.ts'
import { IpsecConnection } from '../model/ipsec-connection.ts'
import type { Status } from '../model/status.ts'
import { timestamp } from '../model/time.ts'
import type { ConnectionReport, Report } from '../model/tunnel.ts'
import type { Verdict } from '../model/verdict.ts'
import { VpnService } from '../model/vpn-service.ts'
import { verdictsOn } from '../store/diagnosis.ts'
import { keepReached } from '../store/gateways.ts'
import type { Tx } from '../store/open.ts'
import { reportableRows } from '../store/reportable.ts'
import { remove, update } from '../store/resources.ts'
import { recordEvent, takeVerdict } from './connection-history.ts'
import type { World } from './ports.ts'

/** What a row that a report may speak of is now. */
export interface ReportableRow {
  readonly kind: 'service' | 'connection'
  readonly id: string
  readonly tenant_id: string
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

type Clockwork = Pick<World, 'clock' | 'ids'>

/** Takes a report in. */
export async function takeReport(tx: Tx, world: Clockwork, report: Report): Promise<void> {
  const rows = await reportableRows(tx, report.gateway)
  const due = consequences(rows, report)
  for (const consequence of due) await carryOut(tx, world, consequence)
  await takeVerdicts(tx, world, rows, due, report)
  await keepReached(tx, report.gateway as GatewayId, report.revision, report.problem ?? '')
}

/** A report that is older than a row says nothing about what is wrong with it now. */
async function takeVerdicts(
  tx: Tx,
  world: Clockwork,
  rows: readonly ReportableRow[],
  due: readonly Consequence[],
  report: Report,
): Promise<void> {
  const known = await verdictsOn(tx, report.gateway)
  const reported = new Map<string, Verdict | undefined>(
    report.connections.map(({ connection, verdict }) => [connection, verdict]),
  )
  const consequenceOf = new Map(due.map((each) => [each.row, each]))
  for (const row of rows) {
    if (row.kind !== 'connection' || row.revision > report.revision) continue
    const consequence = consequenceOf.get(row)
    if (consequence?.do === 'remove') continue
    const verdict = reported.get(row.id) ?? ofGateway(row, world, report)
    const status = consequence?.status ?? row.status
    await takeVerdict(tx, world, { ...row, status }, { before: known.get(row.id), now: verdict })
  }
}

function ofGateway({ isOn }: ReportableRow, { clock }: Clockwork, { problem }: Report): Verdict | undefined {
  if (!problem || !isOn) return undefined
  const since = timestamp(clock.now())
  const evidence = [{ time: since, line: problem }]
  return { code: 'GATEWAY_FAILED', field: 'vpnservice_id', configured: null, offered: null, evidence, since }
}

async function carryOut(tx: Tx, world: Clockwork, consequence: Consequence): Promise<void> {
  const { row } = consequence
  if (consequence.do === 'remove') {
    await remove(tx, IpsecConnection, row.id)
  } else if (row.kind === 'service') {
    await update(tx, VpnService, row.id, { status: consequence.status })
  } else {
    await update(tx, IpsecConnection, row.id, { status: consequence.status }, { problem: consequence.problem })
    const { status } = consequence
    if (status !== row.status) await recordEvent(tx, world, row, { kind: 'status', status, code: null, field: null })
  }
}
