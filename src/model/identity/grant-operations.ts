import { Type } from 'typebox'
import type { Dialect } from '../dialect.ts'
import { answerExample } from '../example.ts'
import { exampleIds } from '../example-ids.ts'
import { answerSchema } from '../render.ts'
import { type IdentityOperation, identityOperation, identityV3, listExample, listOf } from './operation.ts'
import { Role } from './role.ts'

/** Giving users roles in projects and on domains, and looking at who has which. */

type On = 'project' | 'domain'

const where: Readonly<Record<On, string>> = { project: 'in a project', domain: 'on a domain' }
const examples: Readonly<Record<On, string>> = { project: exampleIds.own_project, domain: exampleIds.domain }

function grants<const O extends On>(
  on: O,
): { readonly [Name in `${'add' | 'check' | 'remove' | 'list'}_${O}_role`]: IdentityOperation } {
  const ofUser = `/${on}s/:${on}_id/users/:user_id/roles`
  const one = `${ofUser}/:role_id`
  const group = 'Role assignments'
  const about = { resource: Role, group, who: 'domain_administrator', audited: on } as const
  const listPath = `/${on}s/${examples[on]}/users/${exampleIds.user}/roles`
  const rows: Readonly<Record<string, IdentityOperation>> = {
    [`add_${on}_role`]: identityOperation(one, {
      ...about,
      method: 'PUT',
      permission: 'identity:create_grant',
      summary: `Give a user a role ${where[on]}.`,
      command: `role add ${on}`,
    }),
    [`check_${on}_role`]: identityOperation(one, {
      ...about,
      permission: 'identity:check_grant',
      summary: `Ask whether a user was given a role ${where[on]}; 404 if not.`,
      command: `role check ${on}`,
    }),
    [`list_${on}_role`]: identityOperation(ofUser, {
      ...about,
      does: 'list',
      permission: 'identity:list_grants',
      summary: `List the roles that a user was given ${where[on]}.`,
      command: `${on} user role list`,
      answer: (dialect: Dialect) => listOf('roles', answerSchema(Role, dialect)),
      example: (dialect) => ({ response: listExample('roles', [answerExample(Role, dialect, 'list')], listPath) }),
    }),
    [`remove_${on}_role`]: identityOperation(one, {
      ...about,
      method: 'DELETE',
      permission: 'identity:revoke_grant',
      summary: `Take a role ${where[on]} from a user; the user’s tokens for it end.`,
      command: `role remove ${on}`,
    }),
  }
  return rows as { readonly [Name in `${'add' | 'check' | 'remove' | 'list'}_${O}_role`]: IdentityOperation }
}

const Reference = Type.Object(
  {
    id: Type.String(),
    name: Type.Optional(Type.String()),
    domain: Type.Optional(Type.Object({ id: Type.Optional(Type.String()), name: Type.Optional(Type.String()) })),
  },
  { title: 'NamedReference' },
)

const RoleAssignment = Type.Object(
  {
    role: Reference,
    user: Reference,
    scope: Type.Object({ project: Type.Optional(Reference), domain: Type.Optional(Reference) }),
    links: Type.Object({ assignment: Type.String({ description: 'Where it is given and taken.' }) }),
  },
  { title: 'RoleAssignment' },
)

const assignmentPath = `/projects/${exampleIds.own_project}/users/${exampleIds.user}/roles/${exampleIds.role}`

export const grantOperations = {
  ...grants('project'),
  ...grants('domain'),
  list_role_assignment: identityOperation('/role_assignments', {
    resource: Role,
    does: 'list',
    permission: 'identity:list_role_assignments',
    who: 'self',
    summary: 'List who has which role where; without rights over others, one’s own with `user.id`.',
    group: 'Role assignments',
    command: 'role assignment list',
    query: {
      'user.id': 'Only those of this user.',
      'role.id': 'Only those of this role.',
      'scope.project.id': 'Only those in this project.',
      'scope.domain.id': 'Only those on this domain.',
      'group.id': 'There are no groups, so nothing is listed.',
      'scope.system': 'There are no roles on the system as a whole, so nothing is listed.',
      include_names: 'Names beside the ids.',
      effective: 'Also the roles that follow from those that were given.',
    },
    answer: () => listOf('role_assignments', RoleAssignment),
    example: () => ({
      response: listExample(
        'role_assignments',
        [
          {
            role: { id: exampleIds.role },
            user: { id: exampleIds.user },
            scope: { project: { id: exampleIds.own_project } },
            links: { assignment: `http://127.0.0.1:9696${identityV3}${assignmentPath}` },
          },
        ],
        '/role_assignments',
      ),
    }),
  }),
}
