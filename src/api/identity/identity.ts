import type { AccessKeys } from '../../domain/access-keys.ts'
import type { Catalog } from '../../domain/identity/catalog.ts'
import type { Passwords } from '../../domain/ports.ts'
import type { TokenValidator } from '../../domain/token-validator.ts'
import type { Tokens } from '../../domain/tokens.ts'
import type { SignedRequests } from './signed-requests.ts'

/** Whose users they are: ours, or those of a Keystone, which then is the only place to log in. */
export type Identity =
  | ({ readonly mode: 'builtin' } & BuiltInIdentity)
  | {
      readonly mode: 'keystone'
      readonly tokens: TokenValidator
      /** Where to log in; ends in `/v3`. */
      readonly url: string
    }

/** What the identity API is made of where the users are ours. */
export interface BuiltInIdentity {
  readonly tokens: Tokens
  readonly passwords: Passwords
  /** What is in the catalog, with what was added to what is built in. */
  readonly catalog: (builtIn: Catalog) => Promise<Catalog>
  readonly accessKeys: AccessKeys
  readonly signedRequests: SignedRequests
}
