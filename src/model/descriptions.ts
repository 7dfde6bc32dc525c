import type { Dialect } from './dialect.ts'
import { attributeIn, type Resource } from './resource.ts'

/** What attributes mean that (nearly) every resource has. */
const usual: Readonly<Record<string, string>> = {
  id: 'Identifier, given by the server.',
  tenant_id: 'Project it belongs to; only an administrator may name another than its own.',
  project_id: 'The same as `tenant_id`.',
  name: 'Name; it need not be unique.',
  description: 'Anything worth knowing about it.',
}

/** One line about an attribute: the flavour's own, else the resource's, else the usual one. */
export function descriptionOf(resource: Resource, name: string, dialect: Dialect): string | undefined {
  return attributeIn(resource, name, dialect)?.description ?? resource.attributes[name]?.description ?? usual[name]
}
