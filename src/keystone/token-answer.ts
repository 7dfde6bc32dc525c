import type { TokenFacts } from '../domain/token-validator.ts'
import type { Instant } from '../model/clock.ts'
import { canonicalUuid } from '../model/kinds.ts'

/** A token as Keystone describes it, and until when it is good. */
export interface DescribedToken {
  readonly facts: TokenFacts
  readonly expiresAt: Instant
}

/**
 * Reads Keystone's `{"token": …}` (`clients.md` §1.2).
 * @returns `undefined` for anything else
 */
export function describedToken(body: unknown): DescribedToken | undefined {
  const token = member(body, 'token')
  const user = named(member(token, 'user'))
  const expires = member(token, 'expires_at')
  const expiresAt = typeof expires === 'string' ? Date.parse(expires) : Number.NaN
  const scope = member(token, 'project')
  const project = scope === undefined ? undefined : named(scope)
  const roles = rolesIn(member(token, 'roles'))
  if (!user || Number.isNaN(expiresAt) || !roles || (scope !== undefined && !project)) return undefined
  const [auditId = ''] = texts(member(token, 'audit_ids'))
  const issued = member(token, 'issued_at')
  return {
    expiresAt,
    facts: {
      user,
      // Everywhere here a project is called by its digits alone.
      scope: project && {
        project: { ...project, id: canonicalUuid(project.id)?.replaceAll('-', '') ?? project.id },
      },
      roles,
      methods: texts(member(token, 'methods')),
      issuedAt: typeof issued === 'string' ? issued : '',
      expiresAt: String(expires),
      auditId,
      applicationCredential: undefined,
      ...(member(member(token, 'system'), 'all') === true && { isForSystem: true }),
      ...(member(token, 'is_admin_project') === false && { isOutsideAdminProject: true }),
    },
  }
}

/** Whether an answer 404 is Keystone's own word, and not that of something that stands in its place. */
export function isKeystonesNotFound(body: unknown): boolean {
  return member(member(body, 'error'), 'code') === 404
}

function rolesIn(value: unknown): TokenFacts['roles'] | undefined {
  if (value === undefined) return []
  if (!Array.isArray(value)) return undefined
  const roles = value.map((role) => ({ id: member(role, 'id'), name: member(role, 'name') })).filter(isRole)
  return roles.length === value.length ? roles : undefined
}

function isRole(role: { id: unknown; name: unknown }): role is { id: string; name: string } {
  return typeof role.id === 'string' && typeof role.name === 'string'
}

/** Id, name and domain of a user or a project. */
function named(value: unknown): TokenFacts['user'] | undefined {
  const [id, name] = [member(value, 'id'), member(value, 'name')]
  if (typeof id !== 'string' || id === '' || typeof name !== 'string') return undefined
  const domain = member(value, 'domain')
  return { id, name, domain: { id: textOf(member(domain, 'id')), name: textOf(member(domain, 'name')) } }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
