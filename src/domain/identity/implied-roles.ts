import type { Named } from '../../model/identity/named.ts'

/**
 * The roles that mean something here. Each has what those after it have, as in every Keystone that was set up by its own
 * bootstrap: `admin` implies `member`, which implies `reader`.
 */
export const reservedRoles = ['admin', 'member', 'reader'] as const

/**
 * The roles that were given, and those that follow from them, by name.
 * @param reserved the rows of the reserved roles, in any order
 */
export function withImpliedRoles(given: readonly Named[], reserved: readonly Named[]): readonly Named[] {
  const held = new Set(given.map(({ name }) => name))
  const strongest = reservedRoles.findIndex((name) => held.has(name))
  if (strongest === -1) return given
  const follow: readonly string[] = reservedRoles.slice(strongest + 1)
  const implied = reserved.filter(({ name }) => follow.includes(name) && !held.has(name))
  return [...given, ...implied].sort((one, other) => (one.name < other.name ? -1 : 1))
}
