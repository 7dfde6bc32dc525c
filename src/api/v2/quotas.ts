import {
  defaultQuotas,
  listQuotas,
  type QuotaChanges,
  quotaUsage,
  resetQuotas,
  showQuotas,
  updateQuotas,
} from '../../domain/quotas.ts'
import { decodeUpdate } from '../../model/decode.ts'
import { Quota, type Quotas, quotaNames } from '../../model/quota.ts'
import type { Handler } from '../handlers.ts'
import { projectIn } from './project.ts'

/** Quotas are of projects, so a project's id is what stands in the path. */
export const quotas = {
  list: {
    reads: async (asking) => ({
      quotas: (await listQuotas(asking)).map(({ tenant_id, ...numbers }) => ({
        ...numbers,
        ...Object.fromEntries(asking.dialect.owner.shows.map((key) => [key, tenant_id])),
      })),
    }),
  },
  show: {
    reads: async (asking, { params }) => ({ quota: await showQuotas(asking, projectIn(params.id)) }),
  },
  showDefault: {
    reads: async (asking, { params }) => ({ quota: defaultQuotas(asking, projectIn(params.id)) }),
  },
  showUsage: {
    reads: async (asking, { params }) => ({ quota: await quotaUsage(asking, projectIn(params.id)) }),
  },
  showTenant: {
    reads: async ({ caller }) => ({ tenant: { tenant_id: caller.projectId } }),
  },
  showProject: {
    reads: async ({ caller }) => ({ project: { project_id: caller.projectId } }),
  },
  update: {
    writes: async (work, { params, body }) => ({
      quota: await updateQuotas(work, projectIn(params.id), changesOf(work, body)),
    }),
  },
  delete: {
    writes: async (work, { params }) => {
      await resetQuotas(work, projectIn(params.id))
      return undefined
    },
  },
} satisfies Record<string, Handler>

function changesOf({ dialect, caller }: Parameters<typeof updateQuotas>[0], body: unknown): QuotaChanges {
  const changes = decodeUpdate(Quota, body, { dialect, asker: caller })
  const numbers: Partial<Record<keyof Quotas, number>> = {}
  for (const name of quotaNames) {
    const number = changes[name]
    if (number !== undefined) numbers[name] = number
  }
  return { numbers, checkUsage: changes.check_limit ?? false }
}
