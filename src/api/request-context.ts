import type { Doer } from '../domain/audit.ts'
import type { Caller } from '../domain/ports.ts'
import type { TokenFacts } from '../domain/token-facts.ts'
import type { Audited } from './audit.ts'
import type { PendingSignature } from './identity/signed-requests.ts'
import type { Profile } from './profile.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; absent where no log-in was needed. */
    caller: Caller | undefined
    /** What the caller's token says. */
    facts: TokenFacts | undefined
    /** A signature that was not checked against the body yet, and what a token beside it says. */
    signature: (PendingSignature & { readonly facts?: TokenFacts }) | undefined
    /** Who a log-in says it is. */
    claimant: Doer | undefined
  }

  interface FastifyContextConfig {
    /** The flavour that words the answers below this route. */
    profile?: Profile
    /** Answers without a log-in. */
    open?: boolean
    /** Of an open route: is not counted against the limit of its sender's address. */
    uncounted?: boolean
    /** Name of the operation, for metrics. */
    operation?: string
    /** What is recorded of requests to this route; absent: nothing. */
    audited?: Audited
  }
}
