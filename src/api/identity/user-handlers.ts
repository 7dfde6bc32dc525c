import { forbidden, isSelf } from '../../domain/identity/rights.ts'
import * as users from '../../domain/identity/users.ts'
import { decodeIdentityCreate, decodeIdentityUpdate, unwrapIdentity } from '../../model/identity/decode.ts'
import { User } from '../../model/identity/user.ts'
import { problem } from '../../model/problem.ts'
import type { Secret } from '../../model/secret.ts'
import { type IdentityCall, type IdentityHandler, shownOne } from './call.ts'

/** What has to do with passwords: they are hashed before the transaction, because that takes its time on purpose. */

export const createUser: IdentityHandler = {
  prepares: async (call) => {
    const given = decodeIdentityCreate(User, call.body, call.dialect)
    const hash = given.password ? await call.passwords.hash(given.password) : ''
    return async (work) => shownOne(call, User, await users.createUser(work, call.rights, given, hash), 'create')
  },
}

export const updateUser: IdentityHandler = {
  prepares: async (call) => {
    const changes = decodeIdentityUpdate(User, call.body, call.dialect)
    const hash = changes.password ? await call.passwords.hash(changes.password) : undefined
    const id = call.params.id ?? ''
    return async (work) => shownOne(call, User, await users.updateUser(work, call.rights, id, changes, hash), 'update')
  },
}

/** One's own, with the one it was until now. */
export const changePassword: IdentityHandler = {
  prepares: async (call) => {
    const user = call.params.id ?? ''
    if (!isSelf(call.rights, user)) throw forbidden(call.rights)
    const [original, password] = [given(call, 'original_password'), given(call, 'password')]
    const change = await call.read(({ tx }) =>
      users.ownPasswordChange(tx, call.passwords, { user, original, password }),
    )
    return async (work) => {
      await change(work)
      return undefined
    }
  },
}

function given({ body, dialect }: IdentityCall, name: string): Secret {
  const wrapped = unwrapIdentity(User, body)
  const value = Object.hasOwn(wrapped, name) ? wrapped[name] : undefined
  const secret = User.attributes.password.kind.decode(value, { attribute: name, dialect })
  if (value === undefined || !secret) throw problem('AttributeRequired', { attribute: name })
  return secret
}
