import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../model/clock.ts'
import type { Ids } from '../model/ids.ts'
import { Secret } from '../model/secret.ts'
import { identityTimestamp } from '../model/time.ts'
import { insertAuditEvent } from '../store/audit.ts'
import {
  findProject,
  findToken,
  findUser,
  insertToken,
  removeExpiredTokens,
  removeToken,
  rolesOf,
} from '../store/identity.ts'
import { type Reading, type Store, type Tx, transaction } from '../store/open.ts'
import type { ProjectTable, TokenTable, UserTable } from '../store/tables.ts'
import { auditEvent, type Deed, type Doer } from './audit.ts'
import type { Caller, Passwords } from './ports.ts'

/** How long a token is good (`semantics.md` §9). */
const lifeMs = 24 * 3600 * 1000

/** Everything a token says. */
export interface TokenFacts {
  readonly user: { readonly id: string; readonly name: string; readonly domain_id: string }
  /** Absent: the token has no scope. */
  readonly project: { readonly id: string; readonly name: string; readonly domain_id: string } | undefined
  readonly roles: readonly { readonly id: string; readonly name: string }[]
  readonly methods: readonly string[]
  readonly issuedAt: string
  readonly expiresAt: string
  readonly auditId: string
  /** The token is for the installation as a whole, and for no project: Keystone's scope `system`. */
  readonly isForSystem?: boolean
  /** The project is not the one whose administrators Keystone lets administer everything. */
  readonly isOutsideAdminProject?: boolean
}

export type UserReference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference }
export type ProjectReference = { readonly id: string } | { readonly name: string; readonly domain: DomainReference }
export type DomainReference = { readonly id: string } | { readonly name: string }

export interface LogIn {
  readonly by:
    | { readonly method: 'password'; readonly user: UserReference; readonly password: Secret }
    | { readonly method: 'token'; readonly token: Secret }
  /** `default`: the user's own project, or none. */
  readonly scope: { readonly project: ProjectReference } | 'default' | 'unscoped'
}

/** The one domain there is. */
export const defaultDomain = { id: 'default', name: 'Default' }

/**
 * Tokens. They are random, kept hashed, and remembered here for as long as they are good, because a client sends one with
 * every request.
 */
export interface Tokens {
  /** @returns `undefined` whenever anything about the log-in is wrong; which thing is never said. */
  logIn(logIn: LogIn, deed: Deed): Promise<{ readonly token: Secret; readonly facts: TokenFacts } | undefined>
  factsOf(token: Secret): Promise<TokenFacts | undefined>
  revoke(token: Secret, deed: Deed, who: Doer): Promise<boolean>
}

export function createTokens(dependencies: {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly passwords: Passwords
}): Tokens {
  const { store, clock, ids, passwords } = dependencies
  const remembered = new Map<string, TokenFacts>()
  // What an unknown user's password is compared with, so that the answer takes as long as a known one's.
  const nobody = passwords.hash(new Secret(randomBytes(16).toString('hex')))

  async function userOf({ by }: LogIn): Promise<UserTable | undefined> {
    if (by.method === 'token') {
      const facts = await factsOf(by.token)
      return facts && findUser(store, { id: facts.user.id })
    }
    const user = await findUserBy(store, by.user)
    const matches = await passwords.verify(user?.password_hash ?? (await nobody), by.password)
    return matches ? user : undefined
  }

  async function logIn(request: LogIn, deed: Deed) {
    const user = await userOf(request)
    if (user?.enabled !== 1) return undefined
    const project = await projectOf(store, user, request.scope)
    if (project === 'refused') return undefined
    const roles = project ? await rolesOf(store, user.id, project.id) : []
    if (project && (project.enabled !== 1 || roles.length === 0)) return undefined
    const token = new Secret(randomBytes(32).toString('base64url'))
    const now = clock.now()
    const row: TokenTable = {
      hash: hashOf(token),
      audit_id: randomBytes(16).toString('base64url'),
      user_id: user.id,
      project_id: project?.id ?? null,
      issued_at: identityTimestamp(now),
      expires_at: identityTimestamp(now + lifeMs),
    }
    await transaction(store, async (tx) => {
      await removeExpiredTokens(tx, identityTimestamp(now))
      await insertToken(tx, row)
      const who = { userId: user.id, userName: user.name, projectId: project?.id, roles: roles.map(({ name }) => name) }
      await recordSuccess(tx, { ...deed, resourceId: row.audit_id }, who)
    })
    const facts = { ...factsFrom(row, user, project, roles), methods: [request.by.method] }
    remember(row.hash, facts)
    return { token, facts }
  }

  async function recordSuccess(tx: Tx, deed: Deed, who: Doer): Promise<void> {
    await insertAuditEvent(tx, auditEvent({ clock, ids }, deed, who, { outcome: 'success', changes: {} }))
  }

  async function factsOf(token: Secret): Promise<TokenFacts | undefined> {
    const hash = hashOf(token)
    const facts = remembered.get(hash) ?? (await readFacts(store, hash))
    if (!facts) return undefined
    if (facts.expiresAt <= identityTimestamp(clock.now())) {
      remembered.delete(hash)
      return undefined
    }
    remember(hash, facts)
    return facts
  }

  function remember(hash: string, facts: TokenFacts): void {
    if (remembered.size >= 10_000) remembered.clear()
    remembered.set(hash, facts)
  }

  return {
    logIn,
    factsOf,
    async revoke(token, deed, who) {
      const hash = hashOf(token)
      remembered.delete(hash)
      return transaction(store, async (tx) => {
        const wasThere = await removeToken(tx, hash)
        await recordSuccess(tx, deed, who)
        return wasThere
      })
    },
  }
}

/** Who a token speaks for; nobody without a project, but for the administrator of everything. */
export function callerOf(facts: TokenFacts): Caller | undefined {
  const roles = facts.roles.map(({ name }) => name)
  const isAdmin = roles.includes('admin') && !facts.isOutsideAdminProject
  if (!facts.project && !(facts.isForSystem && isAdmin)) return undefined
  return {
    userId: facts.user.id,
    userName: facts.user.name,
    projectId: facts.project?.id ?? '',
    roles,
    isAdmin,
  }
}

function hashOf(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex')
}

function isDefaultDomain(domain: DomainReference): boolean {
  return 'id' in domain ? domain.id === defaultDomain.id : domain.name === defaultDomain.name
}

async function findUserBy(store: Reading, reference: UserReference): Promise<UserTable | undefined> {
  if ('id' in reference) return findUser(store, { id: reference.id })
  if (!isDefaultDomain(reference.domain)) return undefined
  return findUser(store, { name: reference.name, domain_id: defaultDomain.id })
}

async function projectOf(
  store: Reading,
  user: UserTable,
  scope: LogIn['scope'],
): Promise<ProjectTable | undefined | 'refused'> {
  if (scope === 'unscoped') return undefined
  if (scope === 'default') {
    return user.default_project_id === null ? undefined : findProject(store, { id: user.default_project_id })
  }
  const { project: reference } = scope
  if ('id' in reference) return (await findProject(store, { id: reference.id })) ?? 'refused'
  if (!isDefaultDomain(reference.domain)) return 'refused'
  return (await findProject(store, { name: reference.name, domain_id: defaultDomain.id })) ?? 'refused'
}

async function readFacts(store: Reading, hash: string): Promise<TokenFacts | undefined> {
  const row = await findToken(store, hash)
  if (!row) return undefined
  const user = await findUser(store, { id: row.user_id })
  if (user?.enabled !== 1) return undefined
  const project = row.project_id === null ? undefined : await findProject(store, { id: row.project_id })
  const roles = project ? await rolesOf(store, user.id, project.id) : []
  return factsFrom(row, user, project, roles)
}

function factsFrom(
  row: TokenTable,
  user: UserTable,
  project: ProjectTable | undefined,
  roles: TokenFacts['roles'],
): TokenFacts {
  return {
    user: { id: user.id, name: user.name, domain_id: user.domain_id },
    project: project && { id: project.id, name: project.name, domain_id: project.domain_id },
    roles,
    methods: ['password'],
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    auditId: row.audit_id,
  }
}
