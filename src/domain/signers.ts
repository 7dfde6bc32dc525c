import type { Instant } from '../model/clock.ts'
import type { Secret } from '../model/secret.ts'
import { identityTimestamp } from '../model/time.ts'
import { findAccessKey, secretOf } from '../store/access-keys.ts'
import { findUser } from '../store/identity.ts'
import type { Store } from '../store/open.ts'
import type { TokenFacts } from './token-facts.ts'
import { factsOfUser } from './token-facts.ts'

/** Whoever may have signed a request. */
export interface Signer {
  readonly keyId: string
  readonly userId: string
  /** Where the key is meant to be used; absent: the user's default project. */
  readonly projectId: string | undefined
  readonly secret: Secret
}

/** What a request says it is about, in headers; absent: nothing. */
export interface NamedScope {
  readonly project?: string | undefined
  readonly domain?: string | undefined
}

/** The owner of an access key that is active. Read anew each time: a key that was switched off or deleted is so at once. */
export async function signerOf(store: Store, access: string): Promise<Signer | undefined> {
  const key = await findAccessKey(store, { access })
  if (key?.status !== 'active') return undefined
  return {
    keyId: key.id,
    userId: key.user_id,
    projectId: key.project_id ?? undefined,
    secret: secretOf(store, key),
  }
}

/**
 * What a signed request may do: in the project that it names; or in its domain; or, if it names neither, in the key's
 * default project, where the user still may be there, and otherwise in nothing in particular, which is enough to look for
 * one's projects.
 *
 * @param signedAt and until when that is good
 * @returns `undefined` when the user is disabled, or may not be where the request says
 */
export async function factsOfSigner(
  store: Store,
  { keyId, userId, projectId }: Signer,
  { project, domain }: NamedScope,
  { signedAt, goodUntil }: { readonly signedAt: Instant; readonly goodUntil: Instant },
): Promise<TokenFacts | undefined> {
  const proof = {
    methods: ['access_key'],
    issuedAt: identityTimestamp(signedAt),
    expiresAt: identityTimestamp(goodUntil),
    auditId: keyId,
  }
  if (project !== undefined) return factsOfUser(store, userId, { project }, proof)
  if (domain !== undefined) return factsOfUser(store, userId, { domain }, proof)
  const usual = projectId ?? (await findUser(store, { id: userId }))?.default_project_id ?? undefined
  const there = usual === undefined ? undefined : await factsOfUser(store, userId, { project: usual }, proof)
  return there ?? factsOfUser(store, userId, undefined, proof)
}
