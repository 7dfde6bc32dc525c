import { existsSync } from 'node:fs'

export type Family = 4 | 6

/** The address families of this kernel: IPv6 may be switched off. */
export function ipFamilies(): readonly Family[] {
  return existsSync('/proc/sys/net/ipv6') ? [4, 6] : [4]
}
