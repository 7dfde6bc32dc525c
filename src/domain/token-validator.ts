import type { Secret } from '../model/secret.ts'
import type { TokenFacts } from './token-facts.ts'

export type { TokenFacts } from './token-facts.ts'

/** Who a token speaks for. Two things stand behind it: the built-in identity (`tokens.ts`) and a Keystone (`src/keystone`). */
export interface TokenValidator {
  /**
   * @returns `undefined` when the token is not good
   * @throws Problem 503 when that cannot be told at the moment
   */
  factsOf(token: Secret): Promise<TokenFacts | undefined>
}
