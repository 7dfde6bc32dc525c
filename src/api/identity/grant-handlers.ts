import * as grants from '../../domain/identity/grants.ts'
import type { grantOperations } from '../../model/identity/grant-operations.ts'
import { Role } from '../../model/identity/role.ts'
import { type IdentityCall, type IdentityHandler, listAnswer, oneOf, shownAll } from './call.ts'

/** Who has which role where. */

function targetOf({ params }: IdentityCall): grants.Grant['target'] {
  return params.project_id === undefined ? { domain: params.domain_id ?? '' } : { project: params.project_id }
}

function grantOf(call: IdentityCall): grants.Grant {
  const { user_id = '', role_id = '' } = call.params
  return { user: user_id, role: role_id, target: targetOf(call) }
}

const add: IdentityHandler = {
  prepares: (call) => async (work) => {
    await grants.addGrant(work, call.rights, grantOf(call))
    return undefined
  },
}

const remove: IdentityHandler = {
  prepares: (call) => async (work) => {
    await grants.removeGrant(work, call.rights, grantOf(call))
    return undefined
  },
}

const check: IdentityHandler = {
  reads: async (asking, call) => {
    await grants.checkGrant(asking, call.rights, grantOf(call))
    return undefined
  },
}

const list: IdentityHandler = {
  reads: async (asking, call) => shownAll(call, Role, await grants.listGrants(asking, call.rights, grantOf(call))),
}

/** Keystone's own reading of flags in a query: there, and not `0`. */
function isAsked(call: IdentityCall, key: string): boolean {
  const value = oneOf(call, key)
  return value !== undefined && !/^(0|false)$/i.test(value)
}

const listAll: IdentityHandler = {
  reads: async (asking, call) => {
    const found = await grants.listAssignments(asking, call.rights, {
      user: oneOf(call, 'user.id'),
      role: oneOf(call, 'role.id'),
      project: oneOf(call, 'scope.project.id'),
      domain: oneOf(call, 'scope.domain.id'),
      isEffective: isAsked(call, 'effective'),
    })
    const hasNone = ['group.id', 'scope.system', 'scope.OS-INHERIT:inherited_to'].some((key) => isAsked(call, key))
    const withNames = isAsked(call, 'include_names')
    return listAnswer(call, 'role_assignments', hasNone ? [] : found.map((each) => shown(call, each, withNames)))
  },
}

type Assignment = Awaited<ReturnType<typeof grants.listAssignments>>[number]

function shown({ base }: IdentityCall, assignment: Assignment, withNames: boolean) {
  const { user_id, role_id, project_id, domain_id } = assignment
  const named = (id: string, names: object) => ({ id, ...(withNames && names) })
  const domain = { id: domain_id, name: assignment.domain_name }
  const place = project_id === undefined ? `domains/${domain_id}` : `projects/${project_id}`
  return {
    role: named(role_id, { name: assignment.role_name }),
    user: named(user_id, {
      name: assignment.user_name,
      domain: { id: assignment.user_domain_id, name: assignment.user_domain_name },
    }),
    scope:
      project_id === undefined
        ? { domain: named(domain_id, { name: assignment.domain_name }) }
        : { project: named(project_id, { name: assignment.project_name, domain }) },
    links: { assignment: `${base}/${place}/users/${user_id}/roles/${role_id}` },
  }
}

export const grantHandlers: { readonly [Name in keyof typeof grantOperations]: IdentityHandler } = {
  add_project_role: add,
  check_project_role: check,
  list_project_role: list,
  remove_project_role: remove,
  add_domain_role: add,
  check_domain_role: check,
  list_domain_role: list,
  remove_domain_role: remove,
  list_role_assignment: listAll,
}
