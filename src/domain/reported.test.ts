import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statuses } from '../model/status.ts'
import type { Report } from '../model/tunnel.ts'
import { consequences, type ReportableRow } from './reported.ts'

const gateway = 'gateway' as Report['gateway']

function aRow(changes: Partial<ReportableRow> = {}): ReportableRow {
  return {
    kind: 'connection',
    id: 'c',
    tenant_id: 'p',
    status: 'PENDING_CREATE',
    problem: '',
    revision: 5,
    isOn: true,
    ...changes,
  }
}

function aReport(state?: 'up' | 'down' | 'failed', changes: Partial<Report> = {}): Report {
  const connection = 'c' as Report['connections'][number]['connection']
  return { gateway, revision: 5, connections: state ? [{ connection, state, problem: 'words' }] : [], ...changes }
}

const statusAfter = (row: ReportableRow, report: Report) =>
  consequences([row], report).map((each) => (each.do === 'set-status' ? each.status : each.do))

describe('a report', () => {
  it.each([
    ['up', 'ACTIVE'],
    ['down', 'DOWN'],
    ['failed', 'ERROR'],
  ] as const)('of a connection that is %s makes it %s', (state, status) => {
    expect(statusAfter(aRow(), aReport(state))).toEqual([status])
  })

  it('made before the row was last changed says nothing about it', () => {
    expect(statusAfter(aRow({ revision: 6 }), aReport('up'))).toEqual([])
  })

  it('that says what is known already changes nothing', () => {
    expect(statusAfter(aRow({ status: 'ACTIVE' }), aReport('up'))).toEqual([])
  })

  it('without a deleted connection removes it; with it, or with a failed gateway, does not', () => {
    const deleted = aRow({ status: 'PENDING_DELETE' })
    expect(statusAfter(deleted, aReport())).toEqual(['remove'])
    expect(statusAfter(deleted, aReport('down'))).toEqual([])
    expect(statusAfter(deleted, aReport(undefined, { problem: 'no namespace' }))).toEqual([])
  })

  it('of a gateway that could not be made is an error of everything that does not carry', () => {
    const failed = { problem: 'no namespace' }
    expect(statusAfter(aRow({ kind: 'service' }), aReport(undefined, failed))).toEqual(['ERROR'])
    expect(statusAfter(aRow(), aReport(undefined, failed))).toEqual(['ERROR'])
    expect(statusAfter(aRow(), aReport('up', failed))).toEqual(['ACTIVE'])
  })

  it('makes a service without connections ACTIVE', () => {
    expect(statusAfter(aRow({ kind: 'service' }), aReport())).toEqual(['ACTIVE'])
  })

  it('never leaves a row of its revision pending, and what is switched off is DOWN', () => {
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom('service', 'connection'),
          id: fc.constant('c'),
          tenant_id: fc.constant('p'),
          status: fc.constantFrom(...statuses),
          problem: fc.constantFrom('', 'words'),
          revision: fc.integer({ min: 1, max: 5 }),
          isOn: fc.boolean(),
        }),
        fc.constantFrom('up', 'down', 'failed', undefined),
        (row: ReportableRow, state) => {
          const [consequence] = consequences([row], aReport(state))
          const status = consequence?.do === 'set-status' ? consequence.status : consequence ? undefined : row.status
          if (row.status !== 'PENDING_DELETE') expect(status).not.toMatch(/^PENDING/)
          if (!row.isOn && status !== undefined && row.status !== 'PENDING_DELETE') expect(status).toBe('DOWN')
        },
      ),
    )
  })
})
