import { badRequest, conflict, type Definition, notFound } from '../problem-definition.ts'

const forbidden = (message: string): Definition => ({ status: 403, type: 'Forbidden', message })

/** Refusals of the identity API, in Keystone's words where it has any. */
export const identityProblems = {
  IdentityForbidden: forbidden('You are not authorized to perform the requested action: {permission}.'),
  DomainNotFound: notFound('DomainNotFound', 'Could not find domain: {id}.'),
  ProjectNotFound: notFound('ProjectNotFound', 'Could not find project: {id}.'),
  UserNotFound: notFound('UserNotFound', 'Could not find user: {id}.'),
  RoleNotFound: notFound('RoleNotFound', 'Could not find role: {id}.'),
  GroupNotFound: notFound('GroupNotFound', 'Could not find group: {id}.'),
  RegionNotFound: notFound('RegionNotFound', 'Could not find region: {id}.'),
  ServiceNotFound: notFound('ServiceNotFound', 'Could not find service: {id}.'),
  EndpointNotFound: notFound('EndpointNotFound', 'Could not find endpoint: {id}.'),
  ApplicationCredentialNotFound: notFound(
    'ApplicationCredentialNotFound',
    'Could not find Application Credential: {id}.',
  ),
  RoleAssignmentNotFound: notFound(
    'RoleAssignmentNotFound',
    'Could not find role assignment with role: {role}, user or group: {user}, project, domain, or system: {target}.',
  ),
  IdentityDuplicate: conflict(
    'Conflict',
    'Conflict occurred attempting to store {resource} - Duplicate entry found with {what} {value}{where}.',
  ),
  ProjectInUse: conflict('ProjectInUse', 'Project {id} still has {left}. Delete them first.'),
  DomainInUse: conflict('DomainInUse', 'Domain {id} still has {left}. Delete them first.'),
  DomainEnabled: forbidden('Cannot delete a domain that is enabled, please disable it first.'),
  DomainReserved: forbidden('Domain {id} is the one that the installation began with: it cannot be deleted.'),
  LastAdministrator: conflict(
    'LastAdministrator',
    'That would leave nobody who is an administrator and can log in: give another user the role admin in a project first.',
  ),
  AdministratorProtected: forbidden(
    '{what} {id} is an administrator’s: only an administrator of the whole installation may change it.',
  ),
  RoleReserved: forbidden('Role {name} means something to this service: it cannot be renamed or deleted.'),
  CatalogBuiltIn: forbidden('{what} {id} follows from the configuration of this service and cannot be changed here.'),
  RegionInUse: forbidden('Unable to delete region {id} because it or its child regions have associated endpoints.'),
  RegionCircular: badRequest('The specified parent region {id} would create a circular region hierarchy.'),
  ParentNotOffered: badRequest(
    "Projects are not inside one another here: parent_id can be the project's domain {domain} only, and not {value}.",
  ),
  CredentialNeedsProject: badRequest(
    'An application credential is for the project of the token that it is made with, and this token is for none.',
  ),
  CredentialRestricted: forbidden(
    'An application credential that is not unrestricted cannot be used to make or delete application credentials.',
  ),
  CredentialRoleForeign: badRequest('Role {role} is none that this token has, so it cannot be given to a credential.'),
  ExpiryPast: badRequest("Attribute 'expires_at' is in the past: {value}."),
  AttributeFixed: badRequest('Attribute {attribute} of {resource} {id} cannot be changed.'),
}
