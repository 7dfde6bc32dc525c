import { isKeepable } from '../model/keepable.ts'
import { Secret } from '../model/secret.ts'
import type { Reading, Tx } from './open.ts'
import type { AccessKeyTable } from './tables.ts'

/** Access keys, and the signatures made with them. The secret of a key is opened only where it is asked for by `secretOf`. */

export type KeptAccessKey = Omit<AccessKeyTable, 'secret'> & { readonly sealed: string }

export async function insertAccessKey(
  { db, sealer }: Tx,
  key: Omit<AccessKeyTable, 'secret'>,
  secret: Secret,
): Promise<void> {
  await db
    .insertInto('access_key')
    .values({ ...key, secret: sealer.seal(secret, placeOf(key.id)) })
    .execute()
}

export async function findAccessKey(
  { db }: Reading,
  by: { readonly id: string } | { readonly access: string },
): Promise<KeptAccessKey | undefined> {
  if (!isKeepable('id' in by ? by.id : by.access)) return undefined
  const query = db.selectFrom('access_key').selectAll()
  const row = await ('id' in by
    ? query.where('id', '=', by.id)
    : query.where('access', '=', by.access)
  ).executeTakeFirst()
  return row && kept(row)
}

/** In the order in which they were made. @param user absent: everybody's */
export async function listAccessKeys({ db }: Reading, user?: string): Promise<KeptAccessKey[]> {
  const query = db.selectFrom('access_key').selectAll().orderBy('created_at').orderBy('id')
  return (await (user === undefined ? query : query.where('user_id', '=', user)).execute()).map(kept)
}

export async function updateAccessKey(
  { db, sealer }: Tx,
  id: string,
  { secret, ...changes }: Partial<Pick<AccessKeyTable, 'description' | 'status' | 'project_id'>> & { secret?: Secret },
): Promise<void> {
  const set = { ...changes, ...(secret && { secret: sealer.seal(secret, placeOf(id)) }) }
  if (Object.keys(set).length > 0) await db.updateTable('access_key').set(set).where('id', '=', id).execute()
}

export async function removeAccessKey({ db }: Tx, id: string): Promise<void> {
  await db.deleteFrom('access_key').where('id', '=', id).execute()
}

export function secretOf({ sealer }: Pick<Reading, 'sealer'>, { id, sealed }: KeptAccessKey): Secret {
  return new Secret(() => sealer.open(sealed, placeOf(id)).reveal())
}

/** Notes that a signature was used, and forgets those whose time is over. @returns whether it is the first time */
export async function useSignature({ db }: Tx, signature: string, expires_at: string, now: string): Promise<boolean> {
  await db.deleteFrom('used_signature').where('expires_at', '<', now).execute()
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('used_signature')
    .values({ signature, expires_at })
    .onConflict((conflict) => conflict.column('signature').doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n
}

function kept({ secret, ...row }: AccessKeyTable): KeptAccessKey {
  return { ...row, sealed: secret }
}

function placeOf(id: string): string {
  return `access_key:secret:${id}`
}
