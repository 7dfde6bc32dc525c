import type { SecureContextOptions } from 'node:tls'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { AgentState } from '../agent/agent-state.ts'
import type { ControlPlane } from '../agent/control-plane.ts'
import { createApi, type Patience } from '../api/app.ts'
import type { Health } from '../api/health.ts'
import { createSignedRequests } from '../api/identity/signed-requests.ts'
import type { Profile } from '../api/profile.ts'
import { type FlavourSwitches, profilesWith } from '../api/profiles/all.ts'
import type { IsTrustedProxy } from '../api/proxies.ts'
import { parseTrustedProxies } from '../config/proxies.ts'
import { createAccessKeys } from '../domain/access-keys.ts'
import { createCloud } from '../domain/cloud.ts'
import { wholeCatalog } from '../domain/identity/catalog.ts'
import { createLogInThrottle } from '../domain/log-in-throttle.ts'
import type { Passwords, World } from '../domain/ports.ts'
import { createRateLimiter, type RateLimit } from '../domain/rate-limit.ts'
import { createRefusals, type Refusals } from '../domain/refusals.ts'
import { createReplays } from '../domain/replays.ts'
import { createTokens } from '../domain/tokens.ts'
import type { Keystone } from '../keystone/keystone.ts'
import type { Secret } from '../model/secret.ts'
import type { Store } from '../store/open.ts'
import { localControlPlane } from './local-control-plane.ts'
import { createMetrics, type ProcessFigures, type ServerMetrics } from './metrics.ts'

/** What a server is made of; `main/` takes it from the real world, a test from wherever it likes. */
export interface ServerParts {
  readonly store: Store
  readonly world: World
  readonly passwords: Passwords
  /** Has the users in place of the built-in identity. */
  readonly keystone?: Pick<Keystone, 'factsOf' | 'url'>
  readonly flavour: Profile['name']
  readonly switches?: FlavourSwitches
  readonly publicUrl: string | undefined
  readonly health: () => Health
  readonly log: FastifyBaseLogger
  readonly agentState?: () => AgentState | undefined
  readonly certificateEnd?: () => Date | undefined
  readonly process: () => ProcessFigures
  /** What who reads the metrics has to show; absent: nothing, on this host. */
  readonly metricsToken?: Secret | undefined
  readonly patience?: Patience
  /** Of projects and of addresses; absent: none. */
  readonly rateLimit?: RateLimit | undefined
  /** Those on this host unless told. */
  readonly isTrustedProxy?: IsTrustedProxy
  /** Passwords that are verified at once; one unless told. */
  readonly verificationsAtOnce?: number
  /** Waits after a password that was wrong, in milliseconds; absent: nobody waits. */
  readonly restAfterFailure?: (milliseconds: number) => Promise<void>
  /** Certificate and key; absent: plain HTTP. */
  readonly tls?: SecureContextOptions | undefined
}

export interface Server {
  readonly api: FastifyInstance
  /** For an agent in the same process. */
  readonly controlPlane: ControlPlane
  /** Of the requests that were refused: for whoever writes them down. */
  readonly refusals: Refusals
  readonly metrics: ServerMetrics
}

/** The flavours as they are when nobody chooses otherwise. */
export const profiles: readonly Profile[] = profilesWith({})

export function createServer(parts: ServerParts): Server {
  const { store, world, passwords, keystone, flavour } = parts
  const profiles = profilesWith(parts.switches ?? {})
  const refusals = createRefusals(store, world)
  const metrics = createMetrics({
    store,
    clock: world.clock,
    health: parts.health,
    agent: parts.agentState ?? (() => undefined),
    certificateEnd: parts.certificateEnd ?? (() => undefined),
    process: parts.process,
  })
  const api = createApi({
    cloud: createCloud(store, world),
    identity: keystone
      ? { mode: 'keystone', tokens: keystone, url: keystone.url }
      : {
          mode: 'builtin',
          tokens: createTokens({ store, clock: world.clock, ids: world.ids, passwords }),
          passwords,
          catalog: (builtIn) => wholeCatalog(store, builtIn),
          accessKeys: createAccessKeys({ store, clock: world.clock, ids: world.ids }),
          signedRequests: createSignedRequests(store, createReplays(store, world.clock), world.clock),
        },
    refusals,
    world,
    profiles,
    rootProfile: profiles.find(({ name }) => name === flavour) ?? profiles[0],
    publicUrl: parts.publicUrl,
    health: parts.health,
    log: parts.log,
    logIns: createLogInThrottle({
      clock: world.clock,
      atOnce: parts.verificationsAtOnce ?? 1,
      rest: parts.restAfterFailure,
    }),
    rateLimiters: parts.rateLimit && {
      projects: createRateLimiter(parts.rateLimit, world.clock),
      addresses: createRateLimiter(parts.rateLimit, world.clock),
    },
    metrics: { answered: metrics.answered, text: metrics.text, token: parts.metricsToken },
    isTrustedProxy: parts.isTrustedProxy ?? parseTrustedProxies(),
    tls: parts.tls,
    ...(parts.patience && { patience: parts.patience }),
  })
  return { api, controlPlane: localControlPlane(store, world), refusals, metrics }
}
