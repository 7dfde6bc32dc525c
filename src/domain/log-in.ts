import { randomBytes } from 'node:crypto'
import type { Clock } from '../model/clock.ts'
import { Secret } from '../model/secret.ts'
import { identityTimestamp } from '../model/time.ts'
import {
  type ApplicationCredentialRow,
  findApplicationCredential,
  findDomain,
  findProject,
  findUser,
  type UserRow,
} from '../store/identity.ts'
import type { Reading, Store } from '../store/open.ts'
import { projectsOfUser } from '../store/role-assignments.ts'
import type { Passwords } from './ports.ts'
import { factsOfUser, type ScopeIds, type TokenFacts } from './token-facts.ts'

export type DomainReference = { readonly id: string } | { readonly name: string }
export type UserReference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference }
export type ProjectReference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference }

/** What a client shows and asks for. Of what it shows, all has to hold and to be of one user. */
export interface LogIn {
  /** Names of the methods, each once. */
  readonly methods: readonly string[]
  readonly password?: { readonly user: UserReference; readonly password: Secret }
  readonly token?: Secret
  readonly applicationCredential?: {
    readonly which: { readonly id: string } | { readonly name: string; readonly user: UserReference }
    readonly secret: Secret
  }
  /** `default`: the user's own project, or the only one it has, or none. */
  readonly scope:
    | { readonly project: ProjectReference; readonly domain?: never }
    | { readonly domain: DomainReference; readonly project?: never }
    | 'default'
    | 'unscoped'
}

/** A log-in that holds. Whether the user may be in the scope is not looked at yet. */
export interface GoodLogIn {
  readonly user: string
  readonly scope: ScopeIds
  readonly applicationCredential: string | undefined
  /** When what was shown ends, as Keystone writes times. */
  readonly ends: readonly string[]
  /** Whether what was shown is still good: a password may be changed, a token revoked, while it is compared. */
  stillHolds(reading: Reading): Promise<boolean>
}

/**
 * Checks what a client shows. However much of it is wrong, the same work is done: a password or a secret is compared once
 * for each that was given, with one that nobody has where there is none to compare with.
 */
export function createLogInCheck(dependencies: {
  readonly store: Store
  readonly clock: Clock
  readonly passwords: Passwords
  /** Out of the database, never remembered. */
  readonly readFacts: (reading: Reading, token: Secret) => Promise<TokenFacts | undefined>
}): (logIn: LogIn) => Promise<GoodLogIn | undefined> {
  const { store, clock, passwords, readFacts } = dependencies
  const nobody = passwords.hash(new Secret(randomBytes(16).toString('hex')))

  async function matches(hash: string | undefined, given: Secret): Promise<boolean> {
    const comparable = hash !== undefined && hash !== ''
    const isSame = await passwords.verify(comparable ? hash : await nobody, given)
    return isSame && comparable
  }

  async function byPassword({ user, password }: NonNullable<LogIn['password']>): Promise<Shown | undefined> {
    const found = await findUserBy(store, user)
    if (!(await matches(found?.password_hash, password)) || !found) return undefined
    const { id, password_hash } = found
    return {
      user: id,
      stillHolds: async (reading) => (await findUser(reading, { id }))?.password_hash === password_hash,
    }
  }

  async function byToken(token: Secret): Promise<Shown | undefined> {
    const facts = await readFacts(store, token)
    if (!facts || facts.expiresAt <= identityTimestamp(clock.now())) return undefined
    // It was given a part of its user's roles, and must not come by the rest.
    if (facts.applicationCredential) return undefined
    const stillHolds = async (reading: Reading) => (await readFacts(reading, token)) !== undefined
    return { user: facts.user.id, ends: facts.expiresAt, stillHolds }
  }

  async function byCredential({
    which,
    secret,
  }: NonNullable<LogIn['applicationCredential']>): Promise<Shown | undefined> {
    const found = await findCredentialBy(store, which)
    if (!(await matches(found?.secret_hash, secret)) || !found) return undefined
    if (found.expires_at !== null && found.expires_at <= identityTimestamp(clock.now())) return undefined
    return { user: found.user_id, credential: found, ...(found.expires_at !== null && { ends: found.expires_at }) }
  }

  return async (logIn) => {
    const shown = await Promise.all([
      ...(logIn.password ? [byPassword(logIn.password)] : []),
      ...(logIn.token ? [byToken(logIn.token)] : []),
      ...(logIn.applicationCredential ? [byCredential(logIn.applicationCredential)] : []),
    ])
    const [first] = shown
    const all = shown.flatMap((each) => (each && each.user === first?.user ? [each] : []))
    if (!first || all.length !== shown.length) return undefined
    const user = await findUser(store, { id: first.user })
    if (!user) return undefined
    const credential = all.find((each) => each.credential)?.credential
    const scope = await scopeOf(store, user, logIn.scope, credential)
    if (scope === 'refused') return undefined
    return {
      user: user.id,
      scope,
      applicationCredential: credential?.id,
      ends: all.flatMap(({ ends }) => (ends === undefined ? [] : [ends])),
      async stillHolds(reading) {
        for (const { stillHolds } of all) if (stillHolds && !(await stillHolds(reading))) return false
        return true
      },
    }
  }
}

/** What one method showed. */
interface Shown {
  readonly user: string
  readonly ends?: string
  readonly credential?: ApplicationCredentialRow
  /** Absent: whoever reads the facts finds out. */
  readonly stillHolds?: (reading: Reading) => Promise<boolean>
}

async function scopeOf(
  store: Store,
  user: UserRow,
  wanted: LogIn['scope'],
  credential: ApplicationCredentialRow | undefined,
): Promise<ScopeIds | 'refused'> {
  if (credential) {
    if (wanted === 'default') return { project: credential.project_id }
    const named = typeof wanted === 'object' && wanted.project ? await projectBy(store, wanted.project) : undefined
    return named === credential.project_id ? { project: named } : 'refused'
  }
  if (wanted === 'unscoped') return undefined
  if (wanted === 'default') return defaultScope(store, user)
  if (wanted.domain) {
    const domain = await findDomain(store, wanted.domain)
    return domain ? { domain: domain.id } : 'refused'
  }
  const project = await projectBy(store, wanted.project)
  return project === undefined ? 'refused' : { project }
}

/**
 * Where a client asks for nothing: its default project if it may be there; or the only project it may be in, because a
 * command line without a project's name has no other way to a catalog; or nothing.
 */
async function defaultScope(store: Store, { id, default_project_id }: UserRow): Promise<ScopeIds> {
  if (default_project_id !== null && (await mayBeIn(store, id, default_project_id))) {
    return { project: default_project_id }
  }
  const [only, ...others] = await projectsOfUser(store, id)
  return only !== undefined && others.length === 0 && (await mayBeIn(store, id, only)) ? { project: only } : undefined
}

async function mayBeIn(store: Store, user: string, project: string): Promise<boolean> {
  const proof = { methods: [], issuedAt: '', expiresAt: '', auditId: '' }
  return (await factsOfUser(store, user, { project }, proof)) !== undefined
}

async function projectBy(store: Store, reference: ProjectReference): Promise<string | undefined> {
  if ('id' in reference) return (await findProject(store, { id: reference.id }))?.id
  const domain = await findDomain(store, reference.domain)
  return domain && (await findProject(store, { name: reference.name, domain_id: domain.id }))?.id
}

async function findUserBy(store: Store, reference: UserReference): Promise<UserRow | undefined> {
  if ('id' in reference) return findUser(store, { id: reference.id })
  const domain = await findDomain(store, reference.domain)
  return domain && findUser(store, { name: reference.name, domain_id: domain.id })
}

async function findCredentialBy(
  store: Store,
  which: NonNullable<LogIn['applicationCredential']>['which'],
): Promise<ApplicationCredentialRow | undefined> {
  if ('id' in which) return findApplicationCredential(store, { id: which.id })
  const user = await findUserBy(store, which.user)
  return user && findApplicationCredential(store, { name: which.name, user_id: user.id })
}
