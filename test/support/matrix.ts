import type { IdentityOperation } from '../../src/model/identity/operation.ts'
import type { Operation } from '../../src/model/operations.ts'
import type { HostOperation } from '../../src/model/outlying-operations.ts'
import type { WalkedRequest } from './operation-walk.ts'

/** Who asks, beside the administrator whose objects they are (`semantics.md` §9). */
export type Asker = 'member' | 'reader' | 'other project' | 'expired' | 'revoked' | 'none'

/** Without a good token, as seen from an operation. */
export const nobodies: readonly Asker[] = ['expired', 'revoked', 'none']

/** The statuses that may be the answer, and whether what is listed must be without the administrator's objects. */
export interface Expected {
  readonly statuses: readonly number[]
  readonly showsNothing: boolean
}

const one = (...statuses: readonly number[]): Expected => ({ statuses, showsNothing: false })
const nothingOf = (status: number): Expected => ({ statuses: [status], showsNothing: true })

/**
 * What somebody is answered who asks for what an administrator is about to do, as the operations tables have it: by
 * `role` and `does` below `/v2.0`, by `who` in the identity API, by `permission` elsewhere.
 *
 * @param named whether the request names objects of the administrator's project
 */
export function expected(
  operation: Operation | HostOperation,
  asker: Asker,
  { url }: WalkedRequest,
  named: boolean,
): Expected {
  const { permission, answers } = operation
  if (permission === 'open') return one(answers)
  if (nobodies.includes(asker)) return one(401)
  if ('who' in operation) return inIdentity(operation)
  if ('role' in operation) return belowV2(operation, asker, url, named)
  return elsewhere(operation)
}

/** `/v2.0`: without the role one reads nothing; with it, in another project, nothing that is not one's own. */
function belowV2({ does, role, answers, path }: Operation, asker: Asker, url: string, named: boolean): Expected {
  const hasRole = role === 'member' && asker !== 'reader'
  if (!hasRole) {
    if (does === 'list') return nothingOf(200)
    return does === 'create' || does === 'act' ? one(403) : one(404)
  }
  // What belongs to an object is not there where the object is not.
  if (does === 'list') return path.includes('/:') ? one(404) : nothingOf(200)
  if (does === 'show' || does === 'update' || does === 'delete') return one(404)
  // A subnet that is not there makes a group wrong (400); any other object that is not there is not found.
  if (does === 'create') return named ? one(404, 400) : one(answers)
  // Where the project stands in the path it has to be one's own.
  if (/\/v2\.0\/(quotas\/)?[0-9a-f]{32}(\/|$)/.test(url)) return one(403)
  return named ? one(404) : one(answers)
}

function inIdentity({ who, does, method, answers }: IdentityOperation): Expected {
  // Roles and the catalog are the installation's, and in every token.
  if (who === 'authenticated') return one(answers)
  if (who === 'concerned') return does === 'list' ? one(403) : one(404)
  // About a user who is somebody else: that there is one is not said to everybody.
  if (who === 'self') return one(403, 404)
  return method === 'GET' && does !== 'list' ? one(403, 404) : one(403)
}

/** Documents are everybody's who has logged in; tokens and keys of others are nobody's. */
function elsewhere({ answers, path, method, permission }: HostOperation): Expected {
  if (permission === 'authenticated') return one(answers)
  if (path.includes('/auth/tokens')) return one(404)
  // Everybody has keys of one's own.
  if (method === 'GET' && !path.includes('/:')) return nothingOf(200)
  if (method === 'POST' && !path.includes('/:')) return one(403, answers)
  return one(403, 404)
}
