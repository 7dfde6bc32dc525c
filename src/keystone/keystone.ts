import { createHash } from 'node:crypto'
import type { TokenValidator } from '../domain/token-validator.ts'
import type { Clock, Instant } from '../model/clock.ts'
import { problem } from '../model/problem.ts'
import type { Secret } from '../model/secret.ts'
import { type Answer, createExchange } from './exchange.ts'
import { createServiceToken, type ServiceAccount } from './service-token.ts'
import { type DescribedToken, describedToken, isKeystonesNotFound } from './token-answer.ts'
import { KeystoneTrouble } from './trouble.ts'
import { type Facts, Verdicts } from './verdicts.ts'
import { Watch, type Watched } from './watch.ts'

export interface KeystoneOptions extends Pick<Watched, 'onTrouble' | 'onHealed'> {
  /** Ends in `/v3`. */
  readonly url: string
  readonly account: ServiceAccount
  /** How long a good token is not asked about again, at most: within that time a revocation is noticed. */
  readonly cacheMs: number
  /** How long one question may take. */
  readonly timeoutMs: number
  /** PEM of the authorities to trust instead of the usual ones. */
  readonly ca: string | undefined
  readonly clock: Clock
}

/** An existing Keystone in place of the built-in identity (`docs/decisions/0013-what-a-keystone-decides.md`). */
export interface Keystone extends TokenValidator {
  readonly url: string
  /** Why tokens cannot be validated at the moment, for people; `undefined`: they can. */
  readonly reason: string | undefined
  close(): Promise<void>
}

/** Tokens that are asked about at once: those that wait for their turn cost memory. */
const mostWaiting = 500
/** How long a bad token is not asked about again, in milliseconds. */
const badMs = 5_000
/** After a question that was waited for in vain nobody else waits for this long, in milliseconds. */
const silenceMs = 1_000
/** What can be a token at all: characters that a header can carry, and a length beyond every kind of Keystone's. */
const shape = /^[!-~]{1,8192}$/

export function createKeystone(options: KeystoneOptions): Keystone {
  const { clock, url } = options
  const connect = () => createExchange(url, options.timeoutMs, options.ca)
  const exchange = connect()
  // Log-ins and the watch do not stand in one line with the questions of strangers.
  const ownExchange = connect()
  const own = createServiceToken(ownExchange, options.account, clock)
  const verdicts = new Verdicts()
  const running = new Map<string, Promise<Facts>>()
  let silence: { readonly trouble: KeystoneTrouble; readonly until: Instant } | undefined

  /** @throws KeystoneTrouble */
  async function ask(token: Secret | 'our own'): Promise<DescribedToken | undefined> {
    const question = async () => {
      const ours = await own.current()
      const subject = token === 'our own' ? ours : token
      const headers = { 'x-auth-token': ours.reveal(), 'x-subject-token': subject.reveal() }
      const by = token === 'our own' ? ownExchange : exchange
      const answer = await by.send({ method: 'GET', path: '/auth/tokens?nocatalog', headers })
      // It is ours that is not taken, or it is asked about itself and no more known.
      const isOursOver = answer.status === 401 || (token === 'our own' && answer.status === 404)
      if (isOursOver) own.forget(ours)
      return { answer, isOursOver }
    }
    const { answer, isOursOver } = await question()
    return described(isOursOver ? (await question()).answer : answer)
  }

  async function validate(token: Secret, hash: string): Promise<Facts> {
    // Counted from before the question: Keystone may know of the revocation while its answer is on the way.
    const since = clock.now()
    const found = await ask(token)
    // Where the two clocks differ, a good token may seem to be over: it is good, but not remembered.
    const until = found ? Math.min(since + options.cacheMs, found.expiresAt) : since + badMs
    verdicts.keep(hash, { facts: found?.facts, since, until })
    return found?.facts
  }

  async function validateUnlessSilent(token: Secret, hash: string): Promise<Facts> {
    try {
      if (silence && clock.now() < silence.until) throw silence.trouble
      const facts = await validate(token, hash)
      watch.hint(true)
      return facts
    } catch (error) {
      if (!(error instanceof KeystoneTrouble)) throw error
      if (error.isSilence && error !== silence?.trouble) silence = { trouble: error, until: clock.now() + silenceMs }
      watch.hint(false)
      throw problem('IdentityUnavailable', {}, { cause: error })
    }
  }

  async function look(): Promise<KeystoneTrouble | undefined> {
    try {
      const known = await ask('our own')
      return known ? undefined : new KeystoneTrouble('Keystone does not know the token it gave to Sallyport')
    } catch (error) {
      if (!(error instanceof KeystoneTrouble)) throw error
      return error
    }
  }

  const watch = new Watch({ look, clock, onTrouble: options.onTrouble, onHealed: options.onHealed })
  return {
    url,
    get reason() {
      return watch.reason
    },
    async factsOf(token) {
      if (!shape.test(token.reveal())) return undefined
      const hash = createHash('sha256').update(token.reveal()).digest('hex')
      const known = verdicts.find(hash, clock.now())
      if (known) return known.facts
      const begun = running.get(hash)
      if (begun) return begun
      if (running.size >= mostWaiting) throw problem('IdentityUnavailable')
      const validation = validateUnlessSilent(token, hash).finally(() => running.delete(hash))
      running.set(hash, validation)
      return validation
    },
    async close() {
      for (const each of [exchange, ownExchange]) each.close()
      await watch.close()
    },
  }
}

/** @returns `undefined`: Keystone knows no such token. @throws KeystoneTrouble for an answer that says nothing of it */
function described({ status, body }: Answer): DescribedToken | undefined {
  if (status === 404 && isKeystonesNotFound(body)) return undefined
  if (status === 401) throw new KeystoneTrouble('Keystone does not take the token it gave to Sallyport')
  if (status === 403) {
    throw new KeystoneTrouble('Sallyport’s own user may not validate tokens in Keystone; give it the role service')
  }
  const token = status === 200 || status === 203 ? describedToken(body) : undefined
  if (!token) throw new KeystoneTrouble(`Keystone answers the question for a token with ${status} and nothing to go by`)
  return token
}
