import type { TokenFacts } from '../../domain/token-facts.ts'

/** A token as Keystone shows it (`client-traffic.md` §2). @param catalog absent: it was not asked for */
export function tokenBody(facts: TokenFacts, catalog: object | undefined) {
  const { user, scope, applicationCredential } = facts
  return {
    methods: facts.methods,
    user: { id: user.id, name: user.name, domain: user.domain, password_expires_at: null },
    ...(scope && {
      ...(scope.project ? { project: scope.project, is_domain: false } : { domain: scope.domain }),
      roles: facts.roles.map(({ id, name }) => ({ id, name })),
      ...(catalog && { catalog }),
    }),
    ...(applicationCredential && {
      application_credential: applicationCredential,
      application_credential_restricted: applicationCredential.restricted,
    }),
    issued_at: facts.issuedAt,
    expires_at: facts.expiresAt,
    audit_ids: [facts.auditId],
  }
}
