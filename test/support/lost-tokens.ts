import { createHash, randomBytes } from 'node:crypto'
import { transaction } from '../../src/store/open.ts'
import { logIn, type TestCloud } from './cloud.ts'

/** A token of the administrator's that was good until a moment ago. */
export async function expiredToken(cloud: TestCloud): Promise<string> {
  const token = await logIn(cloud.server, 'admin', 'admin-password')
  const hash = createHash('sha256').update(token).digest('hex')
  await transaction(cloud.store, async ({ db }) => {
    await db.updateTable('token').set({ expires_at: '2020-01-31T10:00:00.000000Z' }).where('hash', '=', hash).execute()
  })
  // What the server remembers of tokens it forgets with a change of identity, as from another process.
  await cloud.request('POST', '/identity/v3/regions', { region: { id: `r${randomBytes(4).toString('hex')}` } })
  return token
}

/** A token of the administrator's that was taken back. */
export async function revokedToken(cloud: TestCloud): Promise<string> {
  const token = await logIn(cloud.server, 'admin', 'admin-password')
  await cloud.request('DELETE', '/identity/v3/auth/tokens', undefined, { 'x-subject-token': token })
  return token
}
