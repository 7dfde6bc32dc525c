import { overlap, parseCidr } from '../model/cidr.ts'
import { problem } from '../model/problem.ts'
import type { Subnet } from '../model/subnet.ts'

/** A router cannot tell apart two networks with the same addresses. @throws Problem in the reference's words */
export function refuseOverlap(subnet: Subnet, others: readonly Subnet[]): void {
  const ours = parseCidr(subnet.cidr)
  for (const other of others) {
    const theirs = parseCidr(other.cidr)
    if (ours && theirs && overlap(ours, theirs)) {
      throw problem('RouterInterfaceOverlaps', {
        cidr: subnet.cidr,
        subnet_id: subnet.id,
        other_cidr: other.cidr,
        other_id: other.id,
      })
    }
  }
}
