/** IPsec policies of the kernel: which packets need a tunnel, need none, or may not pass. */
import { type IpCommand, ip } from './ip.ts'
import { CommandError } from './run.ts'

export interface Policy {
  /** `out`: leaves here. `in`, `fwd`: came from outside, and is for this machine or passes through it. */
  readonly direction: 'out' | 'in' | 'fwd'
  /** With prefix length, both of the same family. */
  readonly from: string
  readonly to: string
  /** Of these messages of ICMPv6 only; all packets unless told. */
  readonly icmpType?: number
  /** The lowest number wins. */
  readonly priority: number
  /** `allow`: passes as it is. */
  readonly action: 'allow' | 'block'
}

/** Makes it, or replaces the one with the same direction and networks, whosever that is. */
export const putPolicy = ({ priority, action, ...policy }: Policy): IpCommand => [
  ...['xfrm', 'policy', 'update', ...selector(policy)],
  ...['priority', String(priority), 'action', action],
]

export const deletePolicy = (policy: Policy): IpCommand => ['xfrm', 'policy', 'delete', ...selector(policy)]

/**
 * Takes away those that let packets pass, through a tunnel or as they are. What blocks stays. As with all of `deleteall`, `ip`
 * ends after it, whatever follows in a batch.
 */
export const deleteAllowing: IpCommand = ['xfrm', 'policy', 'deleteall', 'action', 'allow']
export const flushStates: IpCommand = ['xfrm', 'state', 'flush']

/** Whether this kernel has any to do with IPsec. */
export async function kernelHasPolicies(): Promise<boolean> {
  try {
    await ip(['xfrm', 'policy', 'count'])
    return true
  } catch (error) {
    if (error instanceof CommandError && /Protocol not supported/.test(error.stderr)) return false
    throw error
  }
}

/** Whatever its other half and its action. */
export const deletePoliciesWith = (direction: Policy['direction'], end: 'src' | 'dst', network: string): IpCommand => [
  ...['xfrm', 'policy', 'deleteall', end, network, 'dir', direction],
]
export const deleteStatesWith = (end: 'src' | 'dst', address: string): IpCommand => [
  ...['xfrm', 'state', 'deleteall', end, address],
]

function selector({ direction, from, to, icmpType }: Omit<Policy, 'priority' | 'action'>): string[] {
  const messages = icmpType === undefined ? [] : ['proto', 'ipv6-icmp', 'type', String(icmpType)]
  return ['src', from, 'dst', to, ...messages, 'dir', direction]
}
