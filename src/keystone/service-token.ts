import type { Clock, Instant } from '../model/clock.ts'
import { Secret } from '../model/secret.ts'
import type { Answer, Exchange } from './exchange.ts'
import { describedToken } from './token-answer.ts'
import { KeystoneTrouble } from './trouble.ts'

/** The user of Keystone's that Sallyport itself is, which may validate the tokens of others. Domains are given by name. */
export interface ServiceAccount {
  readonly username: string
  readonly password: Secret
  readonly userDomain: string
  readonly project: string
  readonly projectDomain: string
}

/** Our own token. */
export interface ServiceToken {
  /** A good one, which is made where there is none. @throws KeystoneTrouble */
  current(): Promise<Secret>
  /** Keystone did not take it: the next one is new. */
  forget(token: Secret): void
}

/** It is renewed when this much of its life is left, and at the latest this long before its end, in milliseconds. */
const renewal = { partLeft: 0.1, leftMs: 60_000 }
/** After a refused log-in, before the next one, in milliseconds. Keystone may lock users out who fail too often. */
const pauses = { firstMs: 1_000, longestMs: 60_000 }

export function createServiceToken(exchange: Exchange, account: ServiceAccount, clock: Clock): ServiceToken {
  let held: { readonly token: Secret; readonly renewAt: Instant } | undefined
  let logsIn: Promise<Secret> | undefined
  let refusal: { readonly trouble: KeystoneTrouble; readonly until: Instant; readonly pauseMs: number } | undefined

  async function logIn(): Promise<Secret> {
    if (refusal && clock.now() < refusal.until) throw refusal.trouble
    const asked = clock.now()
    const answer = await exchange.send({ method: 'POST', path: '/auth/tokens', body: logInOf(account) })
    if (answer.status === 401) {
      const pauseMs = Math.min(2 * (refusal?.pauseMs ?? pauses.firstMs / 2), pauses.longestMs)
      const trouble = new KeystoneTrouble('Keystone refuses the log-in of Sallyport’s own user')
      refusal = { trouble, until: clock.now() + pauseMs, pauseMs }
      throw trouble
    }
    refusal = undefined
    const { token, lifeMs } = loggedIn(answer)
    held = { token, renewAt: asked + lifeMs - Math.min(lifeMs * renewal.partLeft, renewal.leftMs) }
    return token
  }

  return {
    async current() {
      if (held && clock.now() < held.renewAt) return held.token
      logsIn ??= logIn().finally(() => {
        logsIn = undefined
      })
      return logsIn
    },
    forget(token) {
      if (held?.token === token) held = undefined
    },
  }
}

function logInOf({ username, password, userDomain, project, projectDomain }: ServiceAccount): object {
  const user = { name: username, password: password.reveal(), domain: { name: userDomain } }
  return {
    auth: {
      identity: { methods: ['password'], password: { user } },
      scope: { project: { name: project, domain: { name: projectDomain } } },
    },
  }
}

/** @throws KeystoneTrouble for an answer that is no token */
function loggedIn({ status, headers, body }: Answer): { readonly token: Secret; readonly lifeMs: number } {
  const token = headers['x-subject-token']
  const described = status === 201 ? describedToken(body) : undefined
  if (!described || typeof token !== 'string') {
    throw new KeystoneTrouble(`Keystone answers a log-in with ${status} and no token`)
  }
  // By Keystone's own two times, so that it does not matter whether its clock is ours.
  const lifeMs = described.expiresAt - Date.parse(described.facts.issuedAt)
  return { token: new Secret(token), lifeMs: lifeMs > 0 ? lifeMs : 0 }
}
