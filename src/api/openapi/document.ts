import Fastify, { type FastifyInstance } from 'fastify'
import { outlyingOperations } from '../../model/outlying-operations.ts'
import type { Profile } from '../profile.ts'
import { operationsOf } from '../v2/routes.ts'
import { NamedSchemas } from './named-schemas.ts'
import { routeSchema } from './route-schema.ts'

/** The document of one flavour, without addresses: `addressed` puts them in. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers?: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

/** The operations at a path by method in lower case, and where it is when that is not where the others are. */
export type PathItem = Readonly<Record<string, unknown>>

/**
 * The OpenAPI document of a flavour, out of the tables of operations. The routes it is assembled from are never called:
 * requests are decoded by our own tables, in the contract's order and words, and no schema stands in their way.
 */
export async function describeApi(profile: Profile): Promise<OpenApiDocument> {
  const { default: swagger } = await import('@fastify/swagger')
  const app = Fastify({ exposeHeadRoutes: false })
  app.setValidatorCompiler(() => () => true)
  app.setSerializerCompiler(() => () => '')
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Sallyport: VPN API of ${profile.title}`, version: '2.0', description },
      components: {
        securitySchemes: {
          token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token', description: 'From a log-in.' },
          signature: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: 'SDK-HMAC-SHA256, made with an access key for each request.',
          },
        },
      },
      security: [{ token: [] }, { signature: [] }],
      tags: groupsOf(profile).map((name) => ({ name })),
    },
    refResolver: { buildLocalReference: (json) => String(json.$id) },
  })
  addRoutes(app, profile)
  await app.ready()
  const document = app.swagger()
  await app.close()
  // Once through JSON: what is left has no prototypes, no `undefined`, and shares nothing with the tables.
  return JSON.parse(JSON.stringify(document))
}

const description = [
  'Site-to-site IPsec VPN as a service: every connection becomes a real tunnel.',
  'Log in with `POST /identity/v3/auth/tokens` and send the token as `X-Auth-Token`,',
  'or sign each request with an access key.',
  'The schemas of requests give the form to send. Beside it the server takes what clients are known to send: `"yes"`, `"True"`,',
  '`1` for `true`, `"1500"` for `1500`, a bare text for a list of one, and `null` where an attribute is not given.',
].join('\n')

function groupsOf(profile: Profile): string[] {
  const all = [...operationsOf(profile).map(([, operation]) => operation), ...Object.values(outlyingOperations)]
  return [...new Set(all.map(({ group }) => group))]
}

function addRoutes(app: FastifyInstance, profile: Profile): void {
  const named = new NamedSchemas()
  const routes = [
    ...operationsOf(profile).map(([name, operation]) => ({
      method: operation.method,
      url: `/v2.0${operation.path}`,
      schema: routeSchema(name, operation, profile, named),
    })),
    ...Object.entries(outlyingOperations).map(([name, operation]) => ({
      method: operation.method,
      url: operation.path,
      schema: routeSchema(name, operation, profile, named),
    })),
  ]
  for (const schema of named.all()) app.addSchema(schema)
  for (const route of routes) app.route({ ...route, handler: () => undefined })
}

/** Paths that are at the root of the listener, whatever the flavour. */
const hostPaths: ReadonlySet<string> = new Set(
  Object.values(outlyingOperations).flatMap(({ below, path }) =>
    below === 'host' ? [path.replace(/:(\w+)/g, '{$1}')] : [],
  ),
)

/**
 * The document with the addresses to call.
 * @param url of the listener, without a slash at the end
 * @param prefix of the flavour there
 */
export function addressed(document: OpenApiDocument, url: string, prefix: string): OpenApiDocument {
  const { openapi, info, ...rest } = document
  const paths = Object.entries(document.paths).map(([path, item]) => [
    path,
    hostPaths.has(path) ? { servers: [{ url }], ...item } : item,
  ])
  return { openapi, info, servers: [{ url: url + prefix }], ...rest, paths: Object.fromEntries(paths) }
}
