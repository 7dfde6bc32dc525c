import { matching } from '../../domain/identity/catalog.ts'
import * as domains from '../../domain/identity/domains.ts'
import { ownDomainsToLogIn, ownProjects } from '../../domain/identity/own-scopes.ts'
import * as projects from '../../domain/identity/projects.ts'
import { type Rights, requireAdministrator } from '../../domain/identity/rights.ts'
import * as roles from '../../domain/identity/roles.ts'
import * as users from '../../domain/identity/users.ts'
import type { Asking, Work } from '../../domain/ports.ts'
import type { Listing } from '../../model/filter.ts'
import { decodeIdentityCreate, decodeIdentityUpdate } from '../../model/identity/decode.ts'
import { Domain } from '../../model/identity/domain.ts'
import type { IdentityOperationName } from '../../model/identity/operations.ts'
import { Project } from '../../model/identity/project.ts'
import { Role } from '../../model/identity/role.ts'
import { User } from '../../model/identity/user.ts'
import { decodeFlag } from '../../model/kinds.ts'
import type { Attributes, Changes, Entity, Given, Resource } from '../../model/resource.ts'
import {
  filtersOf,
  type IdentityCall,
  type IdentityHandler,
  listAnswer,
  oneOf,
  shownAll,
  shownOne,
  wholeListing,
} from './call.ts'
import { catalogHandlers } from './catalog-handlers.ts'
import { credentialHandlers } from './credential-handlers.ts'
import { grantHandlers } from './grant-handlers.ts'
import { changePassword, createUser, updateUser } from './user-handlers.ts'

type One<A extends Attributes> = Entity<Resource<A>> & { readonly id: string }

/** What the domain does for a resource whose objects are all in one table. */
interface Doing<A extends Attributes> {
  readonly create: (work: Work, rights: Rights, given: Given<Resource<A>>) => Promise<One<A>>
  readonly list: (asking: Asking, rights: Rights, listing: Listing) => Promise<readonly One<A>[]>
  readonly show: (asking: Asking, rights: Rights, id: string) => Promise<One<A>>
  readonly update: (work: Work, rights: Rights, id: string, changes: Changes<Resource<A>>) => Promise<One<A>>
  readonly remove: (work: Work, rights: Rights, id: string) => Promise<void>
}

function idOf({ params }: IdentityCall): string {
  return params.id ?? ''
}

function managed<A extends Attributes>(resource: Resource<A>, doing: Doing<A>) {
  return {
    ...reading(resource, doing),
    create: {
      prepares: (call: IdentityCall) => {
        const given = decodeIdentityCreate(resource, call.body, call.dialect)
        return async (work: Work) => shownOne(call, resource, await doing.create(work, call.rights, given), 'create')
      },
    },
    update: {
      prepares: (call: IdentityCall) => {
        const changes = decodeIdentityUpdate(resource, call.body, call.dialect)
        return async (work: Work) =>
          shownOne(call, resource, await doing.update(work, call.rights, idOf(call), changes), 'update')
      },
    },
    remove: removing(doing),
  }
}

function reading<A extends Attributes>(resource: Resource<A>, { list, show }: Pick<Doing<A>, 'list' | 'show'>) {
  return {
    list: {
      reads: async (asking: Asking, call: IdentityCall) =>
        shownAll(call, resource, await list(asking, call.rights, wholeListing(call, resource))),
    },
    show: {
      reads: async (asking: Asking, call: IdentityCall) =>
        shownOne(call, resource, await show(asking, call.rights, idOf(call)), 'show'),
    },
  }
}

function removing<A extends Attributes>({ remove }: Pick<Doing<A>, 'remove'>) {
  return {
    prepares: (call: IdentityCall) => async (work: Work) => {
      await remove(work, call.rights, idOf(call))
      return undefined
    },
  }
}

const ofDomains = managed(Domain, {
  create: domains.createDomain,
  list: domains.listDomains,
  show: domains.showDomain,
  update: domains.updateDomain,
  remove: domains.deleteDomain,
})
const ofProjects = managed(Project, {
  create: projects.createProject,
  list: projects.listProjects,
  show: projects.showProject,
  update: projects.updateProject,
  remove: projects.deleteProject,
})
const ofUsers = {
  ...reading(User, { list: users.listUsers, show: users.showUser }),
  remove: removing({ remove: users.deleteUser }),
}
const ofRoles = managed(Role, {
  create: roles.createRole,
  list: roles.listRoles,
  show: roles.showRole,
  update: roles.updateRole,
  remove: roles.deleteRole,
})
/** Projects are found by their parent, which is their domain; none of them is one. */
const listProjects: IdentityHandler = {
  reads: async (asking, call) => {
    if (decodeFlag(oneOf(call, 'is_domain')) === true) return shownAll(call, Project, [])
    const parents = [oneOf(call, 'parent_id') ?? []].flat().map((id) => ({ column: 'domain_id', values: [id] }))
    const listing = wholeListing(call, Project)
    const found = await projects.listProjects(asking, call.rights, {
      ...listing,
      filters: [...listing.filters, ...parents],
    })
    return shownAll(call, Project, found)
  },
}

/** Whether the user is there is said to those who may see it only. */
const listUserProjects: IdentityHandler = {
  reads: async (asking, call) => {
    const user = await users.showUser(asking, call.rights, idOf(call))
    const found = await projects.projectsWithRole(asking.tx, user.id)
    return shownAll(call, Project, matching(found, filtersOf(call, Project)))
  },
}

const listUserGroups: IdentityHandler = {
  reads: async (asking, call) => {
    await users.showUser(asking, call.rights, idOf(call))
    return listAnswer(call, 'groups', [])
  },
}

const listGroups: IdentityHandler = {
  reads: async (_asking, call) => {
    if (call.rights.administers === undefined) requireAdministrator(call.rights)
    return listAnswer(call, 'groups', [])
  },
}

const listOwnProjects: IdentityHandler = {
  reads: async (asking, call) =>
    shownAll(call, Project, matching(await ownProjects(asking, call.rights), filtersOf(call, Project))),
}

const listOwnDomains: IdentityHandler = {
  reads: async (asking, call) =>
    shownAll(call, Domain, matching(await ownDomainsToLogIn(asking, call.rights), filtersOf(call, Domain))),
}

/** Every operation's handler; one that is missing does not compile. */
export const identityHandlers: { readonly [Name in IdentityOperationName]: IdentityHandler } = {
  create_domain: ofDomains.create,
  list_domain: ofDomains.list,
  show_domain: ofDomains.show,
  update_domain: ofDomains.update,
  delete_domain: ofDomains.remove,

  create_project: ofProjects.create,
  list_project: listProjects,
  show_project: ofProjects.show,
  update_project: ofProjects.update,
  delete_project: ofProjects.remove,

  create_user: createUser,
  list_user: ofUsers.list,
  show_user: ofUsers.show,
  update_user: updateUser,
  delete_user: ofUsers.remove,
  change_password: changePassword,
  list_user_projects: listUserProjects,
  list_user_groups: listUserGroups,
  list_group: listGroups,

  create_role: ofRoles.create,
  list_role: ofRoles.list,
  show_role: ofRoles.show,
  update_role: ofRoles.update,
  delete_role: ofRoles.remove,

  list_own_projects: listOwnProjects,
  list_own_domains: listOwnDomains,

  ...catalogHandlers,
  ...grantHandlers,
  ...credentialHandlers,
}
