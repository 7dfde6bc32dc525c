import { createHash, randomInt } from 'node:crypto'
import type { Clock } from '../model/clock.ts'
import type { Ids } from '../model/ids.ts'
import { problem } from '../model/problem.ts'
import { Secret } from '../model/secret.ts'
import { identityTimestamp } from '../model/time.ts'
import {
  findAccessKey,
  insertAccessKey,
  type KeptAccessKey,
  listAccessKeys,
  removeAccessKey,
  updateAccessKey,
} from '../store/access-keys.ts'
import { insertAuditEvent } from '../store/audit.ts'
import { findUser } from '../store/identity.ts'
import { type Reading, type Store, type Tx, transaction } from '../store/open.ts'
import { auditEvent, type Deed, type Doer } from './audit.ts'
import { type AuditChanges, hidden } from './audit-changes.ts'

/** As Open Telekom Cloud allows. */
export const mostKeysOfUser = 2

/** A key as it may be shown: without its secret. */
export type AccessKey = Omit<KeptAccessKey, 'sealed'>

export type KeyReference = { readonly id: string } | { readonly access: string }

/** Who manages keys: everybody their own, an administrator everybody's. */
export interface KeyManager {
  readonly userId: string
  readonly isAdmin: boolean
  readonly doer: Doer
}

export interface NewAccessKey {
  /** Absent: whoever asks. */
  readonly userId: string | undefined
  /** Absent: requests that name no project are meant for the user's default project. */
  readonly projectId: string | undefined
  readonly description: string
  /** Absent: they are made up. */
  readonly pair: { readonly access: string; readonly secret: Secret } | undefined
}

export interface KeyChanges {
  readonly status?: 'active' | 'inactive'
  readonly description?: string
  readonly project_id?: string | null
  readonly secret?: Secret
}

/** Keys that requests are signed with. What of them a caller may not see does not exist for it. */
export interface AccessKeys {
  /** @returns the one sight of the secret. @throws Problem */
  create(
    who: KeyManager,
    wanted: NewAccessKey,
    deed: Deed,
  ): Promise<{ readonly key: AccessKey; readonly secret: Secret }>
  /** @param user absent: of everybody whose keys one may see */
  list(who: KeyManager, user?: string): Promise<AccessKey[]>
  /** @throws Problem */
  show(who: KeyManager, which: KeyReference): Promise<AccessKey>
  /** @throws Problem */
  change(who: KeyManager, which: KeyReference, changes: KeyChanges, deed: Deed): Promise<AccessKey>
  /** @throws Problem */
  remove(who: KeyManager, which: KeyReference, deed: Deed): Promise<void>
}

export function createAccessKeys(dependencies: {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
}): AccessKeys {
  const { store, clock, ids } = dependencies

  async function record(tx: Tx, { access }: AccessKey, deed: Deed, who: KeyManager, changes: AuditChanges) {
    const event = auditEvent({ clock, ids }, { ...deed, resourceId: access }, who.doer, { outcome: 'success', changes })
    await insertAuditEvent(tx, event)
  }

  return {
    create: (who, { userId = who.userId, projectId, description, pair }, deed) =>
      transaction(store, async (tx) => {
        if (!maySee(who, userId)) throw problem('AccessKeyForeign', { permission: 'identity:create_credential' })
        if (!(await findUser(tx, { id: userId }))) throw problem('AccessKeyUserNotFound', { id: userId })
        const { access, secret } = pair ?? newPair()
        if (await findAccessKey(tx, { access })) throw problem('AccessKeyExists')
        const others = await listAccessKeys(tx, userId)
        if (others.length >= mostKeysOfUser) {
          throw problem('AccessKeysExceeded', { user: userId, limit: mostKeysOfUser })
        }
        const key: AccessKey = {
          id: createHash('sha256').update(access).digest('hex'),
          access,
          user_id: userId,
          project_id: projectId ?? null,
          description,
          status: 'active',
          created_at: identityTimestamp(clock.now()),
        }
        await insertAccessKey(tx, key, secret)
        const shown = { user_id: key.user_id, project_id: key.project_id, description, status: key.status }
        await record(tx, key, deed, who, changesTo(shown))
        return { key, secret }
      }),

    list: async (who, user = who.isAdmin ? undefined : who.userId) => {
      if (user !== undefined && !maySee(who, user)) {
        throw problem('AccessKeyForeign', { permission: 'identity:list_credentials' })
      }
      return (await listAccessKeys(store, user)).map(shownOf)
    },

    show: async (who, which) => shownOf(await found(store, who, which)),

    change: (who, which, { secret, ...changes }, deed) =>
      transaction(store, async (tx) => {
        const before = shownOf(await found(tx, who, which))
        await updateAccessKey(tx, before.id, { ...changes, ...(secret && { secret }) })
        const differing = Object.entries(changes).flatMap(([name, to]) => {
          const from: unknown = Reflect.get(before, name)
          return from === to ? [] : [[name, { from, to }] as const]
        })
        const told = secret ? [...differing, ['secret', { from: hidden, to: hidden }] as const] : differing
        await record(tx, before, deed, who, Object.fromEntries(told))
        return { ...before, ...changes }
      }),

    remove: (who, which, deed) =>
      transaction(store, async (tx) => {
        const key = shownOf(await found(tx, who, which))
        await removeAccessKey(tx, key.id)
        await record(tx, key, deed, who, { user_id: { from: key.user_id }, description: { from: key.description } })
      }),
  }
}

async function found(reading: Reading, who: KeyManager, which: KeyReference): Promise<KeptAccessKey> {
  const key = await findAccessKey(reading, which)
  if (!key || !maySee(who, key.user_id)) {
    throw problem('AccessKeyNotFound', { id: 'id' in which ? which.id : which.access })
  }
  return key
}

function maySee({ userId, isAdmin }: KeyManager, owner: string): boolean {
  return isAdmin || owner === userId
}

function shownOf({ sealed: _, ...key }: KeptAccessKey): AccessKey {
  return key
}

function changesTo(members: Readonly<Record<string, unknown>>): AuditChanges {
  return Object.fromEntries(Object.entries(members).map(([name, to]) => [name, { to }]))
}

const accessLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const secretLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** As long as the cloud's own, and without characters that any shell or file treats in its own way. */
function newPair(): { readonly access: string; readonly secret: Secret } {
  return { access: randomText(accessLetters, 20), secret: new Secret(randomText(secretLetters, 40)) }
}

function randomText(letters: string, length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('')
}
