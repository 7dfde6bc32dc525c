import { changed } from '../model/decode.ts'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { type ProblemName, problem } from '../model/problem.ts'
import type { Changes, Given } from '../model/resource.ts'
import { connectionsReferring, forgetDeleted } from '../store/connections.ts'
import { insert, remove, update } from '../store/resources.ts'
import { found } from './access.ts'
import type { Work } from './ports.ts'

/** IKE and IPsec policies: values that connections take. A running tunnel keeps what it took (`semantics.md` §6.3). */

export async function createIkePolicy(work: Work, given: Given<typeof IkePolicy>): Promise<IkePolicy> {
  const policy = { ...given, id: work.world.ids.uuid() }
  await insert(work.tx, IkePolicy, policy)
  return policy
}

export async function updateIkePolicy(work: Work, id: string, changes: Changes<typeof IkePolicy>): Promise<IkePolicy> {
  if (!work.dialect.quirks.policiesChangeInUse) await refuseInUse(work, 'ikepolicy_id', id, 'IkePolicyInUse')
  const policy = changed(IkePolicy, await found(work, IkePolicy, id), changes)
  await update(work.tx, IkePolicy, id, policy)
  return policy
}

export async function deleteIkePolicy(work: Work, id: string): Promise<void> {
  await found(work, IkePolicy, id)
  await refuseInUse(work, 'ikepolicy_id', id, 'IkePolicyInUse')
  await forgetDeleted(work.tx, 'ikepolicy_id', id)
  await remove(work.tx, IkePolicy, id)
}

export async function createIpsecPolicy(work: Work, given: Given<typeof IpsecPolicy>): Promise<IpsecPolicy> {
  const policy = { ...given, id: work.world.ids.uuid() }
  await insert(work.tx, IpsecPolicy, policy)
  return policy
}

export async function updateIpsecPolicy(
  work: Work,
  id: string,
  changes: Changes<typeof IpsecPolicy>,
): Promise<IpsecPolicy> {
  if (!work.dialect.quirks.policiesChangeInUse) await refuseInUse(work, 'ipsecpolicy_id', id, 'IpsecPolicyInUse')
  const policy = changed(IpsecPolicy, await found(work, IpsecPolicy, id), changes)
  await update(work.tx, IpsecPolicy, id, policy)
  return policy
}

export async function deleteIpsecPolicy(work: Work, id: string): Promise<void> {
  await found(work, IpsecPolicy, id)
  await refuseInUse(work, 'ipsecpolicy_id', id, 'IpsecPolicyInUse')
  await forgetDeleted(work.tx, 'ipsecpolicy_id', id)
  await remove(work.tx, IpsecPolicy, id)
}

async function refuseInUse(
  work: Work,
  column: 'ikepolicy_id' | 'ipsecpolicy_id',
  id: string,
  inUse: ProblemName,
): Promise<void> {
  const users = await connectionsReferring(work.tx, column, id, work.caller.isAdmin ? undefined : work.caller.projectId)
  if (users.length > 0) throw problem(inUse, { id })
}
