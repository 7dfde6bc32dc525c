import type { FastifyRequest } from 'fastify'
import type { Replays } from '../../domain/replays.ts'
import { factsOfSigner, type Signer, signerOf } from '../../domain/signers.ts'
import type { TokenFacts } from '../../domain/token-facts.ts'
import type { Clock } from '../../model/clock.ts'
import type { Store } from '../../store/open.ts'
import {
  type Claim,
  claimOf,
  clockToleranceMs,
  isSigned,
  isSignedWith,
  refused,
  refuseOtherTime,
} from './request-signature.ts'
import { type SentRequest, valuesOf } from './sent-request.ts'

/** A request that says it is signed, by somebody who exists; whether it is can be told when its body has come. */
export interface PendingSignature {
  readonly claim: Claim
  readonly signer: Signer
}

/** Who asks, where requests are signed instead of carrying a token. */
export interface SignedRequests {
  /**
   * All that can be said before the body is read.
   * @returns `undefined` when the request does not say that it is signed
   * @throws Problem 401
   */
  begin(request: FastifyRequest): Promise<PendingSignature | undefined>
  /**
   * @returns who asks, and what for
   * @throws Problem 401 when it is not what was signed, came before, or its user may not be where it says
   */
  finish(request: FastifyRequest, pending: PendingSignature): Promise<TokenFacts>
}

/** Methods that change nothing, and have no body. */
const reading = ['GET', 'HEAD']

export function createSignedRequests(store: Store, replays: Replays, clock: Clock): SignedRequests {
  return {
    async begin(request) {
      // Nearly all that carry a token: nothing else is looked at.
      if (request.headers.authorization === undefined) return undefined
      const head = headOf(request)
      if (!isSigned(head)) return undefined
      const claim = claimOf(head)
      refuseOtherTime(claim, clock.now())
      if (reading.includes(head.method) && hasBody(request)) throw refused('a request that only reads has no body')
      if (claim.form === 'scoped' && !reading.includes(head.method) && repeatsKey(request)) {
        throw refused('it repeats a key of its query, of which the signature covers one value only')
      }
      const signer = await signerOf(store, claim.access)
      if (!signer) throw noMatch()
      return { claim, signer }
    },

    async finish(request, { claim, signer }) {
      const head = headOf(request)
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
      if (!isSignedWith({ ...head, body }, claim, signer.secret)) throw noMatch()
      const goodUntil = claim.at + clockToleranceMs
      const named = { project: namedIn(head, 'x-project-id'), domain: namedIn(head, 'x-domain-id') }
      const facts = await factsOfSigner(store, signer, named, { signedAt: claim.at, goodUntil })
      if (!facts) throw refused('the user of the access key has no role where the request says, or is disabled')
      const reads = reading.includes(head.method)
      const use = { signature: claim.signature, reads, target: head.target, expiresAt: goodUntil }
      if (!(await replays.admit(use))) throw refused('a request with this signature came before; sign it anew')
      return facts
    },
  }
}

/** The same for a key that there is not, one that is switched off, and a signature that is another. */
function noMatch() {
  return refused('there is no active access key and secret that give this signature for this request')
}

function headOf({ raw, originalUrl }: FastifyRequest): Omit<SentRequest, 'body'> {
  return { method: raw.method ?? '', target: originalUrl, headers: raw.rawHeaders }
}

function hasBody({ headers }: FastifyRequest): boolean {
  const length = headers['content-length'] ?? '0'
  return headers['transfer-encoding'] !== undefined || length !== '0'
}

function repeatsKey({ query }: FastifyRequest): boolean {
  return Object.values(query ?? {}).some((value) => Array.isArray(value))
}

/** An empty one names nothing. */
function namedIn(head: Omit<SentRequest, 'body'>, header: string): string | undefined {
  const [value = '', ...others] = valuesOf(head, header)
  if (others.length > 0) throw refused(`the header ${header} was sent more than once`)
  return value === '' ? undefined : value
}
