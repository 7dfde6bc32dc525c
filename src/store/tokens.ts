import type { Insertable, Selectable } from 'kysely'
import type { Reading, Tx } from './open.ts'
import type { TokenTable } from './tables.ts'

/** Tokens, and how it is known that what they say may have changed. */
export type TokenRow = Selectable<TokenTable>

export async function insertToken({ db }: Tx, token: Insertable<TokenTable>): Promise<void> {
  await db.insertInto('token').values(token).execute()
}

export async function findToken({ db }: Reading, hash: string): Promise<TokenRow | undefined> {
  return db.selectFrom('token').selectAll().where('hash', '=', hash).executeTakeFirst()
}

export async function removeToken({ db }: Tx, hash: string): Promise<boolean> {
  const result = await db.deleteFrom('token').where('hash', '=', hash).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Tokens whose time is over. */
export async function removeExpiredTokens({ db }: Tx, now: string): Promise<void> {
  await db.deleteFrom('token').where('expires_at', '<', now).execute()
}

/** Which tokens: all conditions hold. */
export interface TokensOf {
  readonly user_id?: string
  readonly project_id?: string
  readonly domain_id?: string
  readonly application_credential_id?: string
}

export async function removeTokens({ db }: Tx, of: TokensOf): Promise<void> {
  let query = db.deleteFrom('token')
  if (of.user_id !== undefined) query = query.where('user_id', '=', of.user_id)
  if (of.project_id !== undefined) query = query.where('project_id', '=', of.project_id)
  if (of.domain_id !== undefined) query = query.where('domain_id', '=', of.domain_id)
  if (of.application_credential_id !== undefined) {
    query = query.where('application_credential_id', '=', of.application_credential_id)
  }
  await query.execute()
}

/** Tokens of the users of a domain, of its projects, and for itself. */
export async function removeTokensOfDomain({ db }: Tx, domain: string): Promise<void> {
  await db
    .deleteFrom('token')
    .where((eb) =>
      eb.or([
        eb('domain_id', '=', domain),
        eb('user_id', 'in', eb.selectFrom('user').select('id').where('domain_id', '=', domain)),
        eb('project_id', 'in', eb.selectFrom('project').select('id').where('domain_id', '=', domain)),
      ]),
    )
    .execute()
}

const onlyRow = 1

/** How often anything was changed that a token speaks of; whoever remembers tokens compares it with what it was. */
export async function identityRevision({ db }: Reading): Promise<number> {
  const row = await db.selectFrom('identity_revision').select('revision').where('id', '=', onlyRow).executeTakeFirst()
  return Number(row?.revision ?? 0)
}

/** Says in the transaction of a change that what is remembered of tokens may be wrong after its commit. */
export async function countIdentityRevision({ db }: Tx): Promise<void> {
  await db
    .insertInto('identity_revision')
    .values({ id: onlyRow, revision: 1 })
    .onConflict((known) =>
      known.column('id').doUpdateSet((eb) => ({ revision: eb('identity_revision.revision', '+', 1) })),
    )
    .execute()
}
