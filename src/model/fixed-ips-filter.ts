import { canonicalAddress } from './cidr.ts'
import type { BesideFilter } from './filter.ts'
import { problem } from './problem.ts'

const columns = ['subnet_id', 'ip_address'] as const

/** Ports by their addresses: `fixed_ips=subnet_id=…`, `fixed_ips=ip_address=…`; of one kind any, of both kinds both. */
export const fixedIpsFilter: BesideFilter = {
  description: 'Only those with one of these addresses, or in one of these subnets: `ip_address=…`, `subnet_id=…`.',
  read(values) {
    const asked = values.map(readOne)
    return columns.flatMap((column) => {
      const ofColumn = asked.flatMap((each) => (each.column === column ? [each.value] : []))
      if (ofColumn.length === 0) return []
      return [[{ table: 'ip_allocation', of: 'port_id', column, values: ofColumn }]]
    })
  },
}

function readOne(text: string): { readonly column: (typeof columns)[number]; readonly value: string } {
  const [name, ...rest] = text.split('=')
  const column = columns.find((each) => each === name)
  if (column === undefined) throw problem('FixedIpsFilterInvalid', { value: text })
  const value = rest.join('=')
  return { column, value: column === 'ip_address' ? canonicalAddress(value) : value.toLowerCase() }
}
