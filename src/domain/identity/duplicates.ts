import { problem } from '../../model/problem.ts'
import { isNameTaken } from '../../store/identity.ts'
import type { Reading } from '../../store/open.ts'

/**
 * Names are unique: of projects and users in their domain, of others in the installation.
 * @throws Problem 409 when something else has the name
 */
export async function refuseDuplicate(
  store: Reading,
  resource: 'domain' | 'role' | 'project' | 'user',
  { id, name, domain_id: domain }: { readonly id?: string; readonly name: string; readonly domain_id?: string },
): Promise<void> {
  const among = { ...(domain !== undefined && { domain }), ...(id !== undefined && { but: id }) }
  if (!(await isNameTaken(store, resource, name, among))) return
  const where = domain === undefined ? '' : ` at domain ID ${domain}`
  throw problem('IdentityDuplicate', { resource, what: 'name', value: name, where })
}
