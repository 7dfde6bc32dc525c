import { changed } from '../model/decode.ts'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { type ProblemName, problem } from '../model/problem.ts'
import type { QuotaName } from '../model/quota.ts'
import type { Attributes, Changes, Entity, Given, Resource } from '../model/resource.ts'
import { connectionsReferring, forgetDeleted } from '../store/connections.ts'
import { insert, remove, update } from '../store/resources.ts'
import { found, scopeOf } from './access.ts'
import type { Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'

/**
 * IKE and IPsec policies: values that connections take. A running tunnel keeps what it took (`semantics.md` §6.3), so a
 * change here touches no gateway.
 */
export const ikePolicies = policies(IkePolicy, {
  quota: 'ikepolicy',
  column: 'ikepolicy_id',
  inUse: 'IkePolicyInUse',
  complete: (given, id) => ({ ...given, id }),
})
export const ipsecPolicies = policies(IpsecPolicy, {
  quota: 'ipsecpolicy',
  column: 'ipsecpolicy_id',
  inUse: 'IpsecPolicyInUse',
  complete: (given, id) => ({ ...given, id }),
})

/** How connections refer to one kind of policy, and what is said of one they use. */
interface Use<A extends Attributes> {
  readonly quota: QuotaName
  readonly column: 'ikepolicy_id' | 'ipsecpolicy_id'
  readonly inUse: ProblemName
  readonly complete: (
    given: Given<Resource<A>>,
    id: string,
  ) => Entity<Resource<A>> & { readonly id: string; readonly tenant_id: string }
}

function policies<A extends Attributes>(resource: Resource<A>, { quota, column, inUse, complete }: Use<A>) {
  async function refuseInUse({ tx, caller }: Work, id: string): Promise<void> {
    const users = await connectionsReferring(tx, column, id, scopeOf(caller))
    if (users.length > 0) throw problem(inUse, { id })
  }

  return {
    async create(work: Work, given: Given<Resource<A>>): Promise<Entity<Resource<A>>> {
      const policy = complete(given, work.world.ids.uuid())
      await refuseOverQuota(work, quota, policy.tenant_id)
      await insert(work.tx, resource, policy)
      return policy
    },

    /** "In use" is looked at before "exists", as the reference does. */
    async update(work: Work, id: string, changes: Changes<Resource<A>>): Promise<Entity<Resource<A>>> {
      if (!work.dialect.quirks.policiesChangeInUse) await refuseInUse(work, id)
      const policy = changed(resource, await found(work, resource, id), changes)
      await update(work.tx, resource, id, policy)
      return policy
    },

    async remove(work: Work, id: string): Promise<void> {
      await refuseInUse(work, id)
      await found(work, resource, id)
      await forgetDeleted(work.tx, column, id)
      await remove(work.tx, resource, id)
    },
  }
}
