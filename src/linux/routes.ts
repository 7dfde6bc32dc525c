import type { IpCommand } from './ip.ts'

export interface Route {
  readonly version: 4 | 6
  /** `unicast`, `unreachable`, `local`, … */
  readonly type: string
  /** With prefix length, `0.0.0.0/0` and `::/0` for the default. */
  readonly destination: string
  /** `main`, `local`, or the number. */
  readonly table: string
  readonly gateway: string | undefined
  readonly device: string | undefined
}

/** Both families and all tables. */
export const showAllRoutes: IpCommand = ['route', 'show', 'table', 'all']

interface RouteRow {
  readonly type?: string
  readonly dst?: string
  readonly table?: string
  readonly gateway?: string
  readonly via?: { readonly host?: string }
  readonly dev?: string
  /** Router preference (RFC 4191): IPv6 routes always have one, and a default route shows its family by nothing else. */
  readonly pref?: string
}

/** A row of `ip -json route show table all`. */
export function routeOf(row: unknown): Route {
  const { type = 'unicast', dst = '', table = 'main', gateway, via, dev, pref } = row as RouteRow
  const version = pref !== undefined || dst.includes(':') ? 6 : 4
  return { version, type, destination: withPrefix(dst, version), table, gateway: gateway ?? via?.host, device: dev }
}

function withPrefix(destination: string, version: 4 | 6): string {
  if (destination === 'default') return version === 4 ? '0.0.0.0/0' : '::/0'
  if (destination.includes('/')) return destination
  return `${destination}/${version === 4 ? 32 : 128}`
}

export const replaceUnreachable = (cidr: string, table: number): IpCommand => [
  ...['route', 'replace', 'unreachable', cidr, 'table', String(table)],
]
export const deleteUnreachable = (cidr: string, table: number): IpCommand => [
  ...['route', 'delete', 'unreachable', cidr, 'table', String(table)],
]
export const showTable = (table: number): IpCommand => ['route', 'show', 'table', String(table)]
export const replaceDefault = (gateway: string, device?: string): IpCommand => [
  ...['route', 'replace', 'default', 'via', gateway],
  ...(device === undefined ? [] : ['dev', device]),
]
export const deleteDefault = (gateway: string): IpCommand => ['route', 'delete', 'default', 'via', gateway]
export const flushTable = (table: number): IpCommand => ['route', 'flush', 'table', String(table)]
