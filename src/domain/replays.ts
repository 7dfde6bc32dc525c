import { createHash } from 'node:crypto'
import type { Clock, Instant } from '../model/clock.ts'
import { identityTimestamp } from '../model/time.ts'
import { useSignature } from '../store/access-keys.ts'
import { type Store, transaction } from '../store/open.ts'

/** How long a signature may be used again by the same read after it was first seen, in milliseconds. */
const readAgainMs = 10_000

/**
 * The most signatures of reads that are remembered, about 15 MB: 15 minutes of 50 reads a second. Beyond that the oldest
 * are forgotten.
 */
const mostReads = 50_000

/** One use of a signature that was found to be good. */
export interface Use {
  readonly signature: string
  /** Whether it changes nothing. */
  readonly reads: boolean
  /** The request as it was written, as far as that is not all signed. */
  readonly target: string
  /** When the signature is too old anyway. */
  readonly expiresAt: Instant
}

/**
 * Sees to it that what was sent once is not done again by somebody who overheard it (`docs/decisions/0012`). A write's
 * signature counts once: it is kept in the database, so a restart or another process does not forget it. A read's may come
 * again for some seconds, because clients date their requests in whole seconds, and two equal reads in one second have the
 * same signature.
 */
export interface Replays {
  /** @returns whether the request may be carried out */
  admit(use: Use): Promise<boolean>
}

export function createReplays(store: Store, clock: Clock): Replays {
  const reads = new Map<
    string,
    { readonly request: string; readonly firstSeen: Instant; readonly expiresAt: Instant }
  >()

  /** They are in the order in which they were first seen. */
  function forgetOld(now: Instant): void {
    for (const [signature, { expiresAt }] of reads) {
      if (expiresAt >= now && reads.size <= mostReads) return
      reads.delete(signature)
    }
  }

  function admitRead({ signature, target, expiresAt }: Use, now: Instant): boolean {
    const request = createHash('sha256').update(target).digest('base64')
    const known = reads.get(signature)
    if (known) return known.request === request && now - known.firstSeen <= readAgainMs
    reads.set(signature, { request, firstSeen: now, expiresAt })
    forgetOld(now)
    return true
  }

  return {
    async admit(use) {
      const now = clock.now()
      if (use.reads) return admitRead(use, now)
      const [expires, at] = [identityTimestamp(use.expiresAt), identityTimestamp(now)]
      return transaction(store, (tx) => useSignature(tx, use.signature, expires, at))
    },
  }
}
