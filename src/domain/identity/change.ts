import { countIdentityRevision } from '../../store/tokens.ts'
import type { Caller, Work } from '../ports.ts'
import type { TokenFacts } from '../token-facts.ts'

/** Does a change of identity, and says in its transaction that what is remembered of tokens may be wrong after it. */
export async function changingIdentity<T>(work: Work, doing: (work: Work) => Promise<T>): Promise<T> {
  const done = await doing(work)
  await countIdentityRevision(work.tx)
  return done
}

/** Who asks of identity, where a token need not be for a project; what one may there is in `rights.ts`. */
export function identityCaller({ user, scope, roles }: TokenFacts): Caller {
  return {
    userId: user.id,
    userName: user.name,
    projectId: scope?.project?.id ?? '',
    roles: roles.map(({ name }) => name),
    isAdmin: false,
  }
}
