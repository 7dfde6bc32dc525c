import { createHash } from 'node:crypto'
import type { Clock } from '../model/clock.ts'
import { Problem, problem } from '../model/problem.ts'
import { ForgetfulMap } from './forgetful-map.ts'
import { type StrikeRule, Strikes } from './strikes.ts'
import { WaitingLine } from './waiting-line.ts'

/** Who tries to log in. */
export interface LogInAttempt {
  /** As it was claimed: whether there is such an account makes no difference, here as anywhere. */
  readonly account: string
  /** Where the request comes from. */
  readonly address: string
}

/**
 * Holds up those who guess passwords, before any work is done for them. `docs/decisions/0015` says what the numbers are
 * for, and whom they do not hold up.
 */
export interface LogInThrottle {
  /**
   * @param logIn does the work; `undefined`, or a problem with 401, is a failed log-in.
   * @throws Problem 429 with the time to wait; or what `logIn` throws.
   */
  attempt<T>(who: LogInAttempt, logIn: () => Promise<T | undefined>): Promise<T | undefined>
}

const second = 1_000
const minute = 60 * second

/** One account from one address: somebody who has forgotten his password, or guesses it. */
const ofPair: StrikeRule = {
  pausesFrom: 5,
  firstPauseMs: second,
  longestPauseMs: 5 * minute,
  forgivesOneEveryMs: 10 * minute,
}
/** One address, whatever the account: somebody who tries one password with many names. */
const ofAddress: StrikeRule = {
  pausesFrom: 50,
  firstPauseMs: second,
  longestPauseMs: 5 * minute,
  forgivesOneEveryMs: minute,
}
/** One account, wherever from. Short pauses: its owner waits for them too, from where he never was before. */
const ofAccount: StrikeRule = {
  pausesFrom: 100,
  firstPauseMs: second,
  longestPauseMs: 10 * second,
  forgivesOneEveryMs: minute,
}

/** Places before the verification of passwords. One takes some 20 ms, and one that fails rests for three times as
 * long, so that a full line is served within some twenty seconds and those who are known within one. */
const line = { places: 200, placesOfOne: 64 }
const lineFullRetryMs = 2 * second
/** Accounts and addresses that belong together, at least. */
const mostKnown = 10_000

/** How often the time of a verification that failed passes before the next one begins. */
const restOfFailure = 3

/** @param options.atOnce passwords that are verified at once: each takes a core and 19 MiB. */
export function createLogInThrottle({
  clock,
  atOnce,
  rest,
}: {
  readonly clock: Pick<Clock, 'now'>
  readonly atOnce: number
  /** Waits; absent: after a failure the next is verified at once. */
  readonly rest?: ((milliseconds: number) => Promise<void>) | undefined
}): LogInThrottle {
  const pairs = new Strikes(ofPair, clock)
  const addresses = new Strikes(ofAddress, clock)
  const accounts = new Strikes(ofAccount, clock)
  const waiting = new WaitingLine({ ...line, atOnce })
  const known = new ForgetfulMap<true>(mostKnown)

  return {
    async attempt(who, logIn) {
      const account = keyOf(who.account)
      const pair = `${account} ${who.address}`
      const isKnown = known.get(pair) === true
      const pauseOfOthersMs = () => Math.max(addresses.pauseMs(who.address), accounts.pauseMs(account))
      const refusePaused = () => {
        const ownMs = pairs.pauseMs(pair)
        const othersMs = pauseOfOthersMs()
        if (ownMs > 0 || (othersMs > 0 && !isKnown)) throw paused(Math.max(ownMs, othersMs))
        return othersMs
      }
      refusePaused()
      const turn = waiting.enter(who.address, isKnown)
      if (!turn) throw paused(lineFullRetryMs)
      await turn
      const begunAt = clock.now()
      let isFailed = false
      try {
        // Others of the same kind may have failed in the meantime: a hundred at once are no way round the pauses.
        const othersMs = refusePaused()
        const made = await orNothing(logIn)
        if (made.done !== undefined) {
          pairs.forgive(pair)
          known.set(pair, true)
          return made.done
        }
        isFailed = true
        pairs.strike(pair)
        // Those who are known are let in during a pause of others. That they are is not to be seen by who fails: not in
        // the answer, and not in the pause of the next.
        if (othersMs > 0) throw paused(othersMs)
        addresses.strike(who.address)
        accounts.strike(account)
        if (made.refusal) throw made.refusal
        return undefined
      } finally {
        // Verifying keeps a core busy. A crowd that guesses gets a quarter of one, and the requests of others the rest.
        if (isFailed && rest) void rest((clock.now() - begunAt) * restOfFailure).then(() => waiting.leave())
        else waiting.leave()
      }
    },
  }
}

/** What came of a log-in: something, or nothing, or nothing in the words of a refusal. */
async function orNothing<T>(
  logIn: () => Promise<T | undefined>,
): Promise<{ readonly done: T | undefined; readonly refusal?: Problem }> {
  try {
    return { done: await logIn() }
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return { done: undefined, refusal: error }
    throw error
  }
}

function paused(pauseMs: number): Problem {
  return problem('LogInPaused', { retry_after_seconds: Math.ceil(pauseMs / second) })
}

/** Of one size, whatever somebody sends as a name. */
function keyOf(account: string): string {
  return createHash('sha256').update(account).digest('base64')
}
