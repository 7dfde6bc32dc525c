import type { FastifyInstance, FastifyRequest } from 'fastify'
import { publicUrl } from '../links.ts'
import type { Profile } from '../profile.ts'
import type { OpenApiDocument } from './document.ts'

export interface OpenApiOptions {
  readonly profiles: readonly Profile[]
  readonly rootProfile: Profile
  readonly publicUrl: string | undefined
}

/** The document of a flavour, as one request finds it. */
export type Addressed = (request: FastifyRequest) => OpenApiDocument

/**
 * `/openapi.json` and `/docs`, at the root and below each flavour's prefix. Both are made when somebody first asks: a start
 * does not pay for them, nor does any other request.
 */
export function mountOpenApi(app: FastifyInstance, { profiles, rootProfile, publicUrl: configured }: OpenApiOptions) {
  const made = new Map<string, Promise<Addressed>>()
  const documentAt = (profile: Profile, prefix: string): Promise<Addressed> => {
    const known = made.get(prefix)
    if (known) return known
    const document = import('./document.ts').then(async ({ addressed, describeApi }) => {
      const described = await describeApi(profile)
      return (request: FastifyRequest) => addressed(described, publicUrl(request, configured), prefix)
    })
    made.set(prefix, document)
    return document
  }
  mount(app, rootProfile, '', documentAt)
  for (const profile of profiles) mount(app, profile, profile.prefix, documentAt)
}

function mount(
  app: FastifyInstance,
  profile: Profile,
  prefix: string,
  documentAt: (profile: Profile, prefix: string) => Promise<Addressed>,
): void {
  const config = { profile, open: true }
  app.get(`${prefix}/openapi.json`, { config }, async (request) => (await documentAt(profile, prefix))(request))

  let pages: Promise<FastifyInstance> | undefined
  const makePages = async () => {
    const [{ createPages }, document] = await Promise.all([import('./pages.ts'), documentAt(profile, prefix)])
    return createPages(profile, `${prefix}/docs`, document)
  }
  for (const path of ['/docs', '/docs/*']) {
    app.get(prefix + path, { config }, async (request, reply) => {
      pages ??= makePages()
      const { routing } = await pages
      reply.hijack()
      routing(request.raw, reply.raw)
    })
  }
  app.addHook('onClose', async () => {
    await (await pages)?.close()
  })
}
