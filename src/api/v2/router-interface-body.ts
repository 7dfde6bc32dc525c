import { canonicalUuid } from '../../model/kinds.ts'
import { problem } from '../../model/problem.ts'
import { pythonText } from '../../model/python-text.ts'
import type { InterfaceTarget } from '../../model/router-interface.ts'

/** The bodies of the two operations on a router's interfaces: ids, without a wrapper. */

type Ids = { readonly subnet_id?: string; readonly port_id?: string }

/** A subnet or a port, not both. @throws Problem in the reference's words */
export function interfaceToAdd(body: unknown): InterfaceTarget {
  const { subnet_id, port_id } = idsIn(body)
  if (subnet_id !== undefined && port_id !== undefined) throw problem('RouterInterfaceBothGiven')
  if (subnet_id !== undefined) return { subnet_id }
  if (port_id !== undefined) return { port_id }
  throw problem('RouterInterfaceBodyInvalid')
}

/** A subnet, a port, or both. @throws Problem in the reference's words */
export function interfaceToRemove(body: unknown): Ids {
  const ids = idsIn(body)
  if (Object.keys(ids).length === 0) throw problem('RouterInterfaceBodyInvalid')
  return ids
}

function idsIn(body: unknown): Ids {
  const subnet_id = idIn(body, 'subnet_id')
  const port_id = idIn(body, 'port_id')
  return { ...(subnet_id !== undefined && { subnet_id }), ...(port_id !== undefined && { port_id }) }
}

/** Null is the same as not given. */
function idIn(body: unknown, attribute: string): string | undefined {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, attribute) : undefined
  if (value === undefined || value === null) return undefined
  const id = typeof value === 'string' ? canonicalUuid(value) : undefined
  if (id === undefined) {
    throw problem('AttributeInvalid', { attribute, reason: `'${pythonText(value)}' is not a valid UUID` })
  }
  return id
}
