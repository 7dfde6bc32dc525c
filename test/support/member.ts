import { randomBytes } from 'node:crypto'
import { insertProject, insertUser } from '../../src/store/identity.ts'
import { transaction } from '../../src/store/open.ts'
import { assignRole } from '../../src/store/role-assignments.ts'
import type { Answer, TestCloud } from './cloud.ts'

/** Somebody who is no administrator, logged in. */
export interface Member {
  readonly project: string
  request(method: string, path: string, body?: unknown): Promise<Answer>
  get(path: string): Promise<Answer>
}

/** A new project with one user, who has the named role in it. */
export async function aMember(cloud: TestCloud, role: 'member' | 'reader' = 'member'): Promise<Member> {
  const project = randomBytes(16).toString('hex')
  const id = randomBytes(16).toString('hex')
  const domain_id = 'default'
  await transaction(cloud.store, async (tx) => {
    await insertProject(tx, { id: project, name: project, domain_id, description: '', enabled: 1 })
    const user = { id, name: id, domain_id, password_hash: 'plain:password', default_project_id: project, enabled: 1 }
    await insertUser(tx, user)
    const { id: role_id } = await tx.db
      .selectFrom('role')
      .select('id')
      .where('name', '=', role)
      .executeTakeFirstOrThrow()
    await assignRole(tx, id, project, role_id)
  })
  const identity = { methods: ['password'], password: { user: { id, password: 'password' } } }
  const { status, headers } = await cloud.request(
    'POST',
    '/identity/v3/auth/tokens',
    { auth: { identity, scope: { project: { id: project } } } },
    { 'x-auth-token': '' },
  )
  if (status !== 201) throw new Error(`the member's log-in answered ${status}`)
  const token = String(headers['x-subject-token'])
  const request = (method: string, path: string, body?: unknown) =>
    cloud.request(method, path, body, { 'x-auth-token': token })
  return { project, request, get: (path) => request('GET', path) }
}
