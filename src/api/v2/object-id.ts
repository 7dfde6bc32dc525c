import { canonicalUuid } from '../../model/kinds.ts'

/** The object's id in a path; a UUID in any spelling is the same id. */
export function idOf({ id = '' }: Readonly<Record<string, string | undefined>>): string {
  return canonicalUuid(id) ?? id
}
