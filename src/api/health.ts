import type { FastifyInstance } from 'fastify'

/** How the service is, for load balancers and people. */
export interface Health {
  readonly version: string
  /** `simulated` makes no tunnels, and says so here. */
  readonly driver: 'strongswan' | 'simulated'
  readonly backend: string
  readonly daemon: string
  readonly database: 'sqlite' | 'postgres'
  /** Whose users they are. */
  readonly identity: 'builtin' | 'keystone'
  /** The agent has looked at every gateway at least once, and the database and a Keystone answer. */
  readonly ready: boolean
  /** Why it is not ready, for people. */
  readonly reason?: string
}

/** `/healthz`: the process answers. `/readyz`: it can do its work; 503 until then. */
export function mountHealth(app: FastifyInstance, health: () => Health): void {
  // Whoever watches the service must not be told that it asks too often.
  const config = { open: true, uncounted: true }
  app.get('/healthz', { config }, () => ({ status: 'ok', ...health() }))
  app.get('/readyz', { config }, (_request, reply) => {
    const now = health()
    void reply.code(now.ready ? 200 : 503)
    return { status: now.ready ? 'ready' : 'not ready', ...now }
  })
}
