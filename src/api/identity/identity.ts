import type { TokenValidator } from '../../domain/token-validator.ts'
import type { Tokens } from '../../domain/tokens.ts'

/** Whose users they are: ours, or those of a Keystone, which then is the only place to log in. */
export type Identity =
  | { readonly mode: 'builtin'; readonly tokens: Tokens }
  | {
      readonly mode: 'keystone'
      readonly tokens: TokenValidator
      /** Where to log in; ends in `/v3`. */
      readonly url: string
    }
