import { randomIds } from '../../src/main/world.ts'
import { Secret } from '../../src/model/secret.ts'
import { findProject, findRole, insertProject, insertRole, insertUser } from '../../src/store/identity.ts'
import { transaction } from '../../src/store/open.ts'
import { assignRole } from '../../src/store/role-assignments.ts'
import { logIn, quickPasswords, type TestCloud } from './cloud.ts'

/** Who asks, where one administrator is not enough. */
export interface Person {
  readonly name: string
  readonly project: { readonly id: string; readonly name: string }
  /** Names; a role that does not exist is made, and means nothing to the server. */
  readonly roles: readonly string[]
}

/** Makes the user, and the project and roles that do not exist yet. @returns a token of theirs. */
export async function tokenOf(cloud: TestCloud, { name, project, roles }: Person): Promise<string> {
  const domain_id = 'default'
  const password = `password of ${name}`
  const password_hash = await quickPasswords.hash(new Secret(password))
  const user = randomIds.hex()
  await transaction(cloud.store, async (tx) => {
    if (!(await findProject(tx, { id: project.id }))) {
      await insertProject(tx, { ...project, domain_id, description: '', enabled: 1 })
    }
    await insertUser(tx, { id: user, name, domain_id, password_hash, default_project_id: project.id, enabled: 1 })
    for (const role of roles) {
      const id = (await findRole(tx, role))?.id ?? randomIds.hex()
      if (!(await findRole(tx, role))) await insertRole(tx, id, role)
      await assignRole(tx, user, project.id, id)
    }
  })
  return logIn(cloud.server, name, password, project.name)
}
