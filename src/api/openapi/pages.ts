import Fastify, { type FastifyInstance } from 'fastify'
import { problem } from '../../model/problem.ts'
import { sendProblem } from '../errors.ts'
import type { Profile } from '../profile.ts'
import type { Addressed } from './mount.ts'

/** Nothing from other hosts, and no script but the package's own. */
const contentSecurityPolicy = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'style-src': ["'self'", "'unsafe-inline'"],
}

/**
 * The readable pages of a document: an application of its own, so that what it serves files with, and its hooks, are
 * nobody else's.
 * @param path where they are, without a slash at the end
 */
export async function createPages(profile: Profile, path: string, document: Addressed): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const pages = Fastify({ routerOptions: { ignoreTrailingSlash: true } })
  pages.setNotFoundHandler((request, reply) => sendProblem(problem('NotFound'), profile, request, reply))
  await pages.register(swagger, { openapi: {} })
  await pages.register(swaggerUi, {
    routePrefix: path,
    staticCSP: contentSecurityPolicy,
    theme: { title: `Sallyport: VPN API of ${profile.title}` },
    uiConfig: { layout: 'BaseLayout', docExpansion: 'none', defaultModelsExpandDepth: 0 },
    transformSpecification: (_none, request) => ({ ...document(request) }),
    transformSpecificationClone: false,
  })
  await pages.ready()
  return pages
}
