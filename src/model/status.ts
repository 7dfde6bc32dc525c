/** The states of services and connections (seed, table 2). */
export const statuses = [
  'ACTIVE',
  'DOWN',
  'BUILD',
  'ERROR',
  'PENDING_CREATE',
  'PENDING_UPDATE',
  'PENDING_DELETE',
] as const

export type Status = (typeof statuses)[number]

export function isPending(status: Status): boolean {
  return status.startsWith('PENDING_')
}
