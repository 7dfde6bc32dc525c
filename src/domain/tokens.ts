import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../model/clock.ts'
import type { Ids } from '../model/ids.ts'
import { Secret } from '../model/secret.ts'
import { identityTimestamp } from '../model/time.ts'
import { insertAuditEvent } from '../store/audit.ts'
import { type Reading, type Store, transaction } from '../store/open.ts'
import { countIdentityRevision, findToken, insertToken, removeExpiredTokens, removeToken } from '../store/tokens.ts'
import { auditEvent, type Deed, type Doer } from './audit.ts'
import { createLogInCheck, type LogIn } from './log-in.ts'
import type { Caller, Passwords } from './ports.ts'
import { createRememberedFacts } from './remembered-facts.ts'
import { factsOfUser, type Proof, type TokenFacts } from './token-facts.ts'

/** How long a token is good (`semantics.md` §9). */
const lifeMs = 24 * 3600 * 1000

/**
 * Tokens. They are random, kept hashed, and remembered here for as long as nothing they speak of changes, because a client
 * sends one with every request.
 */
export interface Tokens {
  /** @returns `undefined` whenever anything about the log-in is wrong; which thing is never said. */
  logIn(logIn: LogIn, deed: Deed): Promise<{ readonly token: Secret; readonly facts: TokenFacts } | undefined>
  factsOf(token: Secret): Promise<TokenFacts | undefined>
  revoke(token: Secret, deed: Deed, who: Doer): Promise<boolean>
  /** Something that tokens speak of was changed by this process, and is committed. */
  forget(): void
}

export function createTokens(dependencies: {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly passwords: Passwords
}): Tokens {
  const { store, clock, ids, passwords } = dependencies
  const remembered = createRememberedFacts(store, clock)
  const check = createLogInCheck({
    store,
    clock,
    passwords,
    readFacts: (reading, token) => readFacts(reading, hashOf(token)),
  })

  async function logIn(request: LogIn, deed: Deed) {
    const good = await check(request)
    if (!good) return undefined
    const token = new Secret(randomBytes(32).toString('base64url'))
    const now = clock.now()
    const proof: Proof = {
      methods: request.methods,
      issuedAt: identityTimestamp(now),
      // No longer than what it was made from.
      expiresAt: [identityTimestamp(now + lifeMs), ...good.ends].reduce((one, other) => (one < other ? one : other)),
      auditId: randomBytes(16).toString('base64url'),
      applicationCredential: good.applicationCredential,
    }
    const facts = await transaction(store, async (tx) => {
      const found = (await good.stillHolds(tx)) ? await factsOfUser(tx, good.user, good.scope, proof) : undefined
      if (!found) return undefined
      await removeExpiredTokens(tx, proof.issuedAt)
      await insertToken(tx, {
        hash: hashOf(token),
        audit_id: proof.auditId,
        user_id: found.user.id,
        project_id: found.scope?.project?.id ?? null,
        domain_id: found.scope?.domain?.id ?? null,
        methods: JSON.stringify(proof.methods),
        application_credential_id: good.applicationCredential ?? null,
        issued_at: proof.issuedAt,
        expires_at: proof.expiresAt,
      })
      const event = auditEvent({ clock, ids }, { ...deed, resourceId: proof.auditId }, doerOf(found), success)
      await insertAuditEvent(tx, event)
      return found
    })
    return facts && { token, facts }
  }

  async function factsOf(token: Secret): Promise<TokenFacts | undefined> {
    const hash = hashOf(token)
    const facts = await remembered.get(hash, () => readFacts(store, hash))
    return facts && facts.expiresAt > identityTimestamp(clock.now()) ? facts : undefined
  }

  return {
    logIn,
    factsOf,
    forget: remembered.forget,
    async revoke(token, deed, who) {
      const wasThere = await transaction(store, async (tx) => {
        const removed = await removeToken(tx, hashOf(token))
        await countIdentityRevision(tx)
        await insertAuditEvent(tx, auditEvent({ clock, ids }, deed, who, success))
        return removed
      })
      remembered.forget()
      return wasThere
    },
  }
}

const success = { outcome: 'success', changes: {} } as const

/** Who asks, as a token says. */
export function doerOf({ user, scope, roles }: TokenFacts): Doer {
  const names = roles.map(({ name }) => name)
  return { userId: user.id, userName: user.name, projectId: scope?.project?.id, roles: names }
}

/** Who a token speaks for below `/v2.0`; nobody without a project, but for the administrator of everything. */
export function callerOf({ user, scope, roles, isForSystem, isOutsideAdminProject }: TokenFacts): Caller | undefined {
  const names = roles.map(({ name }) => name)
  const isAdmin = names.includes('admin') && !isOutsideAdminProject
  if (!scope?.project && !(isForSystem && isAdmin)) return undefined
  return {
    userId: user.id,
    userName: user.name,
    projectId: scope?.project?.id ?? '',
    roles: names,
    isAdmin,
  }
}

function hashOf(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex')
}

/** What a token says now, whenever it was made: a role that was taken away is not in it. */
async function readFacts(store: Reading, hash: string): Promise<TokenFacts | undefined> {
  const row = await findToken(store, hash)
  if (!row) return undefined
  const scope =
    row.project_id !== null
      ? { project: row.project_id }
      : row.domain_id !== null
        ? { domain: row.domain_id }
        : undefined
  return factsOfUser(store, row.user_id, scope, {
    methods: JSON.parse(row.methods),
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    auditId: row.audit_id,
    ...(row.application_credential_id !== null && { applicationCredential: row.application_credential_id }),
  })
}
