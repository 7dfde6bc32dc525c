import { randomBytes } from 'node:crypto'
import * as credentials from '../../domain/identity/application-credentials.ts'
import { forbidden, isSelf } from '../../domain/identity/rights.ts'
import { ApplicationCredential } from '../../model/identity/application-credential.ts'
import { decodeIdentityCreate } from '../../model/identity/decode.ts'
import { Secret } from '../../model/secret.ts'
import { type IdentityCall, type IdentityHandler, shownAll, shownOne, wholeListing } from './call.ts'

/** Application credentials of a user. */

/** Of a secret that is made up. */
const secretBytes = 48

function ownerOf({ params }: IdentityCall): string {
  return params.user_id ?? ''
}

function pathOf(call: IdentityCall): string {
  return `/users/${ownerOf(call)}${ApplicationCredential.path}`
}

export const credentialHandlers = {
  create_application_credential: {
    prepares: async (call) => {
      if (!isSelf(call.rights, ownerOf(call))) throw forbidden(call.rights)
      const given = decodeIdentityCreate(ApplicationCredential, call.body, call.dialect)
      const secret = given.secret ?? new Secret(randomBytes(secretBytes).toString('base64url'))
      const hashed = { secret, hash: await call.passwords.hash(secret) }
      return async (work) => {
        const made = await credentials.createCredential(work, call.rights, ownerOf(call), given, hashed)
        return shownOne(call, ApplicationCredential, made, 'create', pathOf(call))
      }
    },
  },
  list_application_credential: {
    reads: async (asking, call) => {
      const listing = wholeListing(call, ApplicationCredential)
      const found = await credentials.listCredentials(asking, call.rights, ownerOf(call), listing)
      return shownAll(call, ApplicationCredential, found, pathOf(call))
    },
  },
  show_application_credential: {
    reads: async (asking, call) => {
      const found = await credentials.showCredential(asking, call.rights, ownerOf(call), call.params.id ?? '')
      return shownOne(call, ApplicationCredential, found, 'show', pathOf(call))
    },
  },
  delete_application_credential: {
    prepares: (call) => async (work) => {
      await credentials.deleteCredential(work, call.rights, ownerOf(call), call.params.id ?? '')
      return undefined
    },
  },
} satisfies Record<string, IdentityHandler>
