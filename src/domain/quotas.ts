import { problem } from '../model/problem.ts'
import { type QuotaName, type Quotas, quotaNames } from '../model/quota.ts'
import { countOf, quotasSet, quotasSetFor, setQuota, unsetQuotas } from '../store/quotas.ts'
import type { Asking, Caller, Work } from './ports.ts'

/**
 * How many objects a project may have: the number that was set for the project, which holds in every flavour, or else the
 * default of the flavour that is spoken (`docs/decisions/0008-a-quota-is-the-projects.md`).
 */
async function quotasOf({ tx, dialect }: Asking, project: string): Promise<Quotas> {
  return { ...dialect.quirks.quotas, ...(await quotasSetFor(tx, project)) }
}

/**
 * Called where an object is about to be made, and where the flavours look at different moments, at both: the one that is
 * not the flavour's does nothing.
 * @throws Problem when one more would be too many.
 */
export async function refuseOverQuota(
  work: Work,
  resource: QuotaName,
  project: string,
  moment?: 'before rules' | 'after rules',
): Promise<void> {
  const own = work.dialect.quirks.quotasAfterRules ? 'after rules' : 'before rules'
  if (moment !== undefined && moment !== own) return
  const limit = (await quotasOf(work, project))[resource]
  if (limit < 0) return
  // Writers take turns, so what is counted here holds until the commit.
  if ((await countOf(work.tx, resource, project)) >= limit) throw problem('QuotaExceeded', { resource })
}

export async function showQuotas(asking: Asking, project: string): Promise<Quotas> {
  refuseForeign(asking.caller, project)
  return quotasOf(asking, project)
}

/** What holds for a project for which nothing was set. */
export function defaultQuotas({ caller, dialect }: Asking, project: string): Quotas {
  refuseForeign(caller, project)
  return dialect.quirks.quotas
}

export interface QuotaUsage {
  readonly limit: number
  readonly used: number
  /** Nothing is ever reserved: counting and making are one transaction. */
  readonly reserved: 0
}

export async function quotaUsage(asking: Asking, project: string): Promise<Readonly<Record<string, QuotaUsage>>> {
  const quotas = await showQuotas(asking, project)
  const usage: Record<string, QuotaUsage> = {}
  for (const name of quotaNames) {
    usage[name] = { limit: quotas[name], used: await countOf(asking.tx, name, project), reserved: 0 }
  }
  return usage
}

/** The projects for which anything was set. */
export async function listQuotas({ tx, dialect }: Asking): Promise<(Quotas & { readonly tenant_id: string })[]> {
  const set = await quotasSet(tx)
  return [...set].map(([tenant_id, numbers]) => ({ tenant_id, ...dialect.quirks.quotas, ...numbers }))
}

export interface QuotaChanges {
  readonly numbers: Partial<Quotas>
  /** Refuses a number that is less than what the project has already. */
  readonly checkUsage: boolean
}

export async function updateQuotas(work: Work, project: string, changes: QuotaChanges): Promise<Quotas> {
  for (const resource of quotaNames) {
    const limit = changes.numbers[resource]
    if (limit === undefined) continue
    if (changes.checkUsage && limit >= 0) await refuseBelowUsage(work, project, resource, limit)
    await setQuota(work.tx, project, resource, limit)
  }
  return quotasOf(work, project)
}

async function refuseBelowUsage({ tx }: Work, project: string, resource: QuotaName, limit: number): Promise<void> {
  const used = await countOf(tx, resource, project)
  if (used > limit) throw problem('QuotaBelowUsage', { limit, resource, used })
}

/** The defaults hold again. */
export async function resetQuotas({ tx }: Work, project: string): Promise<void> {
  if (!(await unsetQuotas(tx, project))) throw problem('QuotaNotFound', { id: project })
}

function refuseForeign({ isAdmin, projectId }: Caller, project: string): void {
  if (!isAdmin && project !== projectId) throw problem('PolicyNotAuthorized', { permission: 'get_quota' })
}
