import type { Resource } from './resource.ts'

/** Name of a resource's schemas in documents: `VpnIkePolicy`. */
export function schemaName({ words }: Resource): string {
  return words.command
    .split(' ')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('')
}
