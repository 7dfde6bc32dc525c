import { problem } from '../model/problem.ts'
import { countConnections } from '../store/connections.ts'
import { countServices } from '../store/services.ts'
import type { Work } from './ports.ts'

/** Resources a project may have a limited number of. */
export type Limited = 'vpnservice' | 'ipsec_site_connection'

/** @throws Problem when one more would be too many. −1 means no limit. */
export async function refuseOverQuota(work: Work, resource: Limited, tenant: string): Promise<void> {
  const limit = work.dialect.quirks.quotas[resource]
  if (limit < 0) return
  const count =
    resource === 'vpnservice' ? await countServices(work.tx, tenant) : await countConnections(work.tx, tenant)
  if (count >= limit) throw problem('QuotaExceeded', { resource })
}
