import { type TSchema, Type } from 'typebox'
import type { Dialect } from './dialect.ts'
import { exampleIds } from './example-ids.ts'
import type { Operation } from './operations.ts'
import { Quota, quotaNames } from './quota.ts'
import { answerSchema } from './render.ts'
import { updateSchema } from './request-schema.ts'
import { groupOf } from './resource-operations.ts'

/** What can be asked about quotas (`flavours.md` row 24). */

type Told = Pick<Operation, 'summary' | 'command'> & Partial<Pick<Operation, 'request' | 'answers' | 'role'>>
type Answered = Pick<Operation, 'answer' | 'example'>

/** One about quotas: its object is a project, which is seen or not without regard to its quotas, so nothing is hidden. */
function ofQuotas(method: Operation['method'], path: string, told: Told, answered: Answered): Operation {
  return {
    method,
    path: `${Quota.path}${path}`,
    resource: Quota,
    does: 'act',
    answers: 200,
    permission: { GET: 'get_quota', PUT: 'update_quota', POST: 'create_quota', DELETE: 'delete_quota' }[method],
    role: 'member',
    group: groupOf(Quota.words.many),
    request: undefined,
    ...told,
    ...answered,
  }
}

const owned = (dialect: Dialect) => answerSchema(Quota, dialect)

function numbers(dialect: Dialect): TSchema {
  const isOwner = (name: string) => dialect.owner.shows.some((key) => key === name)
  const entries = Object.entries(owned(dialect).properties).filter(([name]) => !isOwner(name))
  return Type.Object(Object.fromEntries(entries), { title: 'QuotaNumbers' })
}

const owner = (dialect: Dialect) => Object.fromEntries(dialect.owner.shows.map((key) => [key, exampleIds.project]))

/** Answers with the numbers of one project. @param request what is asked for, and what comes of it */
function oneQuota(request?: Readonly<Record<string, number>>): Answered {
  return {
    answer: (dialect) => Type.Object({ quota: numbers(dialect) }),
    example: ({ quirks }) => ({
      request: request && { quota: request },
      response: { quota: { ...quirks.quotas, ...request } },
    }),
  }
}

const usage = Type.Object({ limit: Type.Integer(), used: Type.Integer(), reserved: Type.Integer() }, { title: 'Usage' })

const usageOfAll: Answered = {
  answer: () => Type.Object({ quota: Type.Object(Object.fromEntries(quotaNames.map((name) => [name, usage]))) }),
  example: ({ quirks }) => ({
    request: undefined,
    response: {
      quota: Object.fromEntries(quotaNames.map((name) => [name, { limit: quirks.quotas[name], used: 0, reserved: 0 }])),
    },
  }),
}

/** The project of the token, under the key that goes with its name. */
function ownProject(wrapper: 'tenant' | 'project', key: 'tenant_id' | 'project_id'): Answered {
  return {
    answer: () => Type.Object({ [wrapper]: Type.Object({ [key]: Type.String() }) }),
    example: () => ({ request: undefined, response: { [wrapper]: { [key]: exampleIds.project } } }),
  }
}

export const quotaOperations = {
  list_quotas: ofQuotas(
    'GET',
    '',
    { summary: 'List the projects for which quotas were set.', command: 'quota list', role: 'admin' },
    {
      answer: (dialect) => Type.Object({ quotas: Type.Array(owned(dialect)) }),
      example: (dialect) => ({
        request: undefined,
        response: { quotas: [{ ...dialect.quirks.quotas, ...owner(dialect) }] },
      }),
    },
  ),
  show_quotas: ofQuotas(
    'GET',
    '/:id',
    { summary: 'Show how many objects a project may have.', command: 'quota show' },
    oneQuota(),
  ),
  show_default_quotas: ofQuotas(
    'GET',
    '/:id/default',
    { summary: 'Show what holds where nothing was set.', command: 'quota default show' },
    oneQuota(),
  ),
  show_quota_usage: ofQuotas(
    'GET',
    '/:id/details',
    { summary: 'Show how many objects a project has and may have.', command: 'quota usage show' },
    usageOfAll,
  ),
  show_quota_tenant: ofQuotas(
    'GET',
    '/tenant',
    { summary: 'Show the project of the token, by its old name.', command: 'quota tenant' },
    ownProject('tenant', 'tenant_id'),
  ),
  show_quota_project: ofQuotas(
    'GET',
    '/project',
    { summary: 'Show the project of the token.', command: 'quota project' },
    ownProject('project', 'project_id'),
  ),
  update_quotas: ofQuotas(
    'PUT',
    '/:id',
    {
      summary: 'Set how many objects a project may have.',
      command: 'quota set',
      role: 'admin',
      request: (dialect) => Type.Object({ quota: updateSchema(Quota, dialect) }),
    },
    oneQuota({ ipsec_site_connection: 50 }),
  ),
  delete_quotas: ofQuotas(
    'DELETE',
    '/:id',
    {
      summary: 'Let the defaults hold for a project again.',
      command: 'quota delete',
      answers: 204,
      role: 'admin',
    },
    { answer: undefined, example: () => ({ request: undefined, response: undefined }) },
  ),
}
