import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Asking } from '../../domain/ports.ts'
import { showPort } from '../../domain/router-ports.ts'
import { canonicalUuid } from '../../model/kinds.ts'
import type { Operation } from '../../model/operations.ts'
import { Port } from '../../model/port.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { Resource } from '../../model/resource.ts'
import { unofferedResources } from '../../model/unoffered.ts'
import type { V2Options } from './routes.ts'

/** A request that is never granted, and is told why in a sentence of its own, not only that there is no such method. */
export interface Refused {
  readonly method: Operation['method']
  readonly path: string
  readonly resource: Resource
  readonly refuse: (asking: Asking, id: string) => Problem | Promise<Problem>
}

export const refusedRequests: readonly Refused[] = [
  ...Object.values(unofferedResources).flatMap((resource): Refused[] => {
    const { path, notFound, words } = resource
    const unknown = (method: Operation['method']): Refused => ({
      method,
      path: `${path}/:id`,
      resource,
      refuse: (_, id) => problem(notFound, { id }),
    })
    return [
      { method: 'POST', path, resource, refuse: () => problem('NotOffered', { one: words.one, many: words.many }) },
      unknown('GET'),
      unknown('PUT'),
      unknown('DELETE'),
    ]
  }),
  { method: 'POST', path: Port.path, resource: Port, refuse: () => problem('PortsNotMade') },
  {
    method: 'PUT',
    path: `${Port.path}/:id`,
    resource: Port,
    refuse: async (asking, id) => problem('PortsNotChanged', { id: (await showPort(asking, id)).id }),
  },
  {
    method: 'DELETE',
    path: `${Port.path}/:id`,
    resource: Port,
    refuse: async (asking, id) => {
      const { device_owner } = await showPort(asking, id)
      return problem('PortOfRouter', { id, device_owner })
    },
  },
]

/** Mounts them; those that would write are recorded as the refusals they are. */
export function mountRefused(app: FastifyInstance, { cloud, profile }: V2Options, base: string): void {
  for (const { method, path, resource, refuse } of refusedRequests) {
    const action = { GET: 'show', POST: 'create', PUT: 'update', DELETE: 'delete' }[method]
    const audited = { action: `${action}_${resource.singular}`, resourceType: resource.singular, answers: 200 }
    app.route({
      method,
      url: base + path,
      config: { profile, ...(method !== 'GET' && { audited }) },
      handler: (request: FastifyRequest) => {
        const { caller } = request
        if (!caller) throw problem('Unauthorized')
        const { id = '' } = request.params as Readonly<Record<string, string>>
        return cloud.read(caller, profile, async (asking) => {
          throw await refuse(asking, canonicalUuid(id) ?? id)
        })
      },
    })
  }
}
