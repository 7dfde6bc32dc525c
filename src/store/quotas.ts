import { type QuotaName, quotaNames } from '../model/quota.ts'
import type { Reading, Tx } from './open.ts'
import type { AnyTable } from './resources.ts'

/** The numbers set for a project; what was not set is absent. */
export async function quotasSetFor({ db }: Reading, tenant: string): Promise<Partial<Record<QuotaName, number>>> {
  const rows = await db.selectFrom('quota').select(['resource', 'maximum']).where('tenant_id', '=', tenant).execute()
  return numbersByName(rows)
}

/** The projects for which any number was set, with those numbers. */
export async function quotasSet({ db }: Reading): Promise<Map<string, Partial<Record<QuotaName, number>>>> {
  const rows = await db.selectFrom('quota').selectAll().orderBy('tenant_id').execute()
  const found = new Map<string, typeof rows>(rows.map(({ tenant_id }) => [tenant_id, []]))
  for (const row of rows) found.get(row.tenant_id)?.push(row)
  return new Map([...found].map(([tenant, each]) => [tenant, numbersByName(each)]))
}

function numbersByName(rows: readonly { readonly resource: string; readonly maximum: number }[]) {
  const numbers: Partial<Record<QuotaName, number>> = {}
  for (const name of quotaNames) {
    const row = rows.find(({ resource }) => resource === name)
    if (row) numbers[name] = row.maximum
  }
  return numbers
}

export async function setQuota({ db }: Tx, tenant_id: string, resource: QuotaName, maximum: number): Promise<void> {
  await db
    .insertInto('quota')
    .values({ tenant_id, resource, maximum })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'resource']).doUpdateSet({ maximum }))
    .execute()
}

/** @returns whether any was set. */
export async function unsetQuotas({ db }: Tx, tenant: string): Promise<boolean> {
  const result = await db.deleteFrom('quota').where('tenant_id', '=', tenant).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** How many a project has. A connection that only waits for its tunnel to go counts no more. */
export async function countOf({ db }: Reading, resource: QuotaName, tenant: string): Promise<number> {
  let query = db
    .withTables<AnyTable>()
    .selectFrom(resource)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('tenant_id', '=', tenant)
  if (resource === 'ipsec_site_connection') query = query.where('status', '!=', 'PENDING_DELETE')
  const row = await query.executeTakeFirstOrThrow()
  return Number(row.count)
}
