import { Type } from 'typebox'
import type { Dialect } from '../dialect.ts'
import { answerExample } from '../example.ts'
import { exampleIds } from '../example-ids.ts'
import { answerSchema } from '../render.ts'
import type { Resource } from '../resource.ts'
import { ApplicationCredential } from './application-credential.ts'
import { Domain } from './domain.ts'
import { Endpoint } from './endpoint.ts'
import { grantOperations } from './grant-operations.ts'
import { identityOperation, listExample, listOf, managed } from './operation.ts'
import { Project } from './project.ts'
import { Region } from './region.ts'
import { Role } from './role.ts'
import { Service } from './service.ts'
import { User } from './user.ts'

const byAdministrators = {
  create: 'administrator',
  list: 'authenticated',
  show: 'authenticated',
  update: 'administrator',
  delete: 'administrator',
} as const

const inDomains = {
  create: 'domain_administrator',
  update: 'domain_administrator',
  delete: 'domain_administrator',
} as const

const listed = (resource: Resource, path: string) => ({
  answer: (dialect: Dialect) => listOf(resource.plural, answerSchema(resource, dialect)),
  example: (dialect: Dialect) => ({
    response: listExample(resource.plural, [answerExample(resource, dialect, 'list')], path),
  }),
})

const Group = Type.Object({}, { title: 'Group' })
const noGroups = (path: string) => ({
  answer: () => listOf('groups', Group),
  example: () => ({ response: listExample('groups', [], path) }),
  query: {},
})

const PasswordChange = Type.Object({
  user: Type.Object({
    original_password: Type.String({ writeOnly: true, description: 'The password until now.' }),
    password: Type.String({ writeOnly: true, minLength: 1, maxLength: 4096, description: 'The new one.' }),
  }),
})

/**
 * What can be asked of the identity API's resources. Routes, documents and tests follow from it; logging in is in
 * `outlying-operations.ts`.
 */
export const identityOperations = {
  ...managed('domain', Domain, { ...byAdministrators, list: 'domain_administrator', show: 'concerned' }),
  ...managed('project', Project, { ...inDomains, list: 'domain_administrator', show: 'concerned' }),
  ...managed('user', User, { ...inDomains, list: 'domain_administrator', show: 'self' }),
  ...managed('role', Role, byAdministrators),
  ...managed('region', Region, byAdministrators),
  ...managed('service', Service, byAdministrators),
  ...managed('endpoint', Endpoint, byAdministrators),

  change_password: identityOperation('/users/:id/password', {
    method: 'POST',
    resource: User,
    permission: 'identity:change_password',
    who: 'self',
    summary: 'Change one’s own password; all tokens of the user end.',
    group: 'Users',
    command: 'user password set',
    request: PasswordChange,
    example: () => ({ request: { user: { original_password: 'until-now', password: 'from-now-on' } } }),
  }),
  list_user_projects: identityOperation('/users/:id/projects', {
    resource: Project,
    does: 'list',
    permission: 'identity:list_user_projects',
    who: 'self',
    summary: 'List the projects that a user has a role in.',
    group: 'Users',
    command: 'user project list',
    ...listed(Project, `/users/${exampleIds.user}/projects`),
  }),
  list_user_groups: identityOperation('/users/:id/groups', {
    resource: User,
    permission: 'identity:list_groups_for_user',
    who: 'self',
    summary: 'List the groups of a user: there are none.',
    group: 'Users',
    command: 'user group list',
    ...noGroups(`/users/${exampleIds.user}/groups`),
  }),
  list_group: identityOperation('/groups', {
    resource: User,
    permission: 'identity:list_groups',
    who: 'domain_administrator',
    summary: 'List the groups: there are none.',
    group: 'Users',
    command: 'group list',
    ...noGroups('/groups'),
  }),
  list_own_projects: identityOperation('/auth/projects', {
    resource: Project,
    does: 'list',
    permission: 'identity:get_auth_projects',
    who: 'authenticated',
    summary: 'List the projects that the caller can log in to.',
    group: 'Projects',
    command: 'federation project list',
    ...listed(Project, '/auth/projects'),
  }),
  list_own_domains: identityOperation('/auth/domains', {
    resource: Domain,
    does: 'list',
    permission: 'identity:get_auth_domains',
    who: 'authenticated',
    summary: 'List the domains that the caller can log in to.',
    group: 'Domains',
    command: 'federation domain list',
    ...listed(Domain, '/auth/domains'),
  }),

  ...grantOperations,

  ...managed(
    'application_credential',
    ApplicationCredential,
    { create: 'self', list: 'self', show: 'self', delete: 'self' },
    '/users/:user_id/application_credentials',
  ),
}

export type IdentityOperationName = keyof typeof identityOperations
