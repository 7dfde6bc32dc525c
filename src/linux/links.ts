import { type IpCommand, type IpOptions, ipShow, ipShowExisting } from './ip.ts'

/** A network device. */
export interface Link {
  readonly name: string
  /** Free text that travels with the device; `undefined`: none. */
  readonly alias: string | undefined
  /** Name of the bridge it is a port of. */
  readonly master: string | undefined
  /** `bridge`, `vlan`, `veth`, …; `undefined`: a real interface. */
  readonly kind: string | undefined
  /** Of a VLAN: its number and the device it is on. */
  readonly vlan: Vlan | undefined
  readonly isUp: boolean
  /** With prefix length, without link-local ones: `10.1.0.1/24`. */
  readonly addresses: readonly string[]
}

export interface Vlan {
  readonly number: number
  readonly device: string
}

export const showLinks: IpCommand = ['address', 'show']
export const showLinksOfType = (type: 'bridge' | 'veth' | 'vlan'): IpCommand => ['address', 'show', 'type', type]

export async function readLinks(command: IpCommand = showLinks, options: IpOptions = {}): Promise<Link[]> {
  const [answer = []] = await ipShow([command], options)
  return answer.map(linkOf)
}

/** The links of these names; those that do not exist are left out. */
export async function readLinksNamed(names: readonly string[], options: IpOptions = {}): Promise<Link[]> {
  const shown = await ipShowExisting(
    names.map((name) => ['address', 'show', 'dev', name]),
    options,
  )
  return shown.map(linkOf)
}

interface LinkRow {
  readonly ifname?: string
  readonly ifalias?: string
  readonly master?: string
  readonly link?: string
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly id?: number } }
  readonly flags?: readonly string[]
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number; readonly scope?: string }[]
}

/** A row of `ip -json address show`. */
export function linkOf(row: unknown): Link {
  const { ifname = '', ifalias, master, link, linkinfo, flags = [], addr_info: addresses = [] } = row as LinkRow
  const { info_kind: kind, info_data: { id: number } = {} } = linkinfo ?? {}
  return {
    name: ifname,
    alias: ifalias,
    master,
    kind,
    vlan: kind === 'vlan' && number !== undefined && link !== undefined ? { number, device: link } : undefined,
    isUp: flags.includes('UP'),
    addresses: addresses
      .filter(({ scope }) => scope !== 'link')
      .map(({ local, prefixlen }) => `${local ?? ''}/${prefixlen ?? ''}`),
  }
}

export const addBridge = (name: string): IpCommand => ['link', 'add', 'name', name, 'type', 'bridge']

/** The packets of a device that carry this number, as a device of their own. */
export const addVlan = (name: string, { number, device }: Vlan): IpCommand => [
  ...['link', 'add', 'link', device, 'name', name, 'type', 'vlan', 'id', String(number)],
]
/** A virtual cable: one end here, the other in a namespace. */
export const addVeth = (name: string, peer: VethPeer): IpCommand => [
  ...['link', 'add', 'name', name, 'type', 'veth'],
  ...['peer', 'name', peer.name, 'netns', peer.namespace],
  ...(peer.hardwareAddress === undefined ? [] : ['address', peer.hardwareAddress]),
]

export interface VethPeer {
  readonly name: string
  readonly namespace: string
  /** The kernel's choice unless told. */
  readonly hardwareAddress?: string
}

export const setUp = (name: string): IpCommand => ['link', 'set', 'dev', name, 'up']
export const setDown = (name: string): IpCommand => ['link', 'set', 'dev', name, 'down']
export const setAlias = (name: string, alias: string): IpCommand => ['link', 'set', 'dev', name, 'alias', alias]
export const setMaster = (name: string, bridge: string): IpCommand => ['link', 'set', 'dev', name, 'master', bridge]
export const clearMaster = (name: string): IpCommand => ['link', 'set', 'dev', name, 'nomaster']
export const setMtu = (name: string, bytes: number): IpCommand => ['link', 'set', 'dev', name, 'mtu', String(bytes)]
/** Keeps the kernel from giving the device an IPv6 address of its own making. */
export const setNoOwnAddress = (name: string): IpCommand => ['link', 'set', 'dev', name, 'addrgenmode', 'none']
export const deleteLink = (name: string): IpCommand => ['link', 'delete', 'dev', name]

/** Without duplicate detection for IPv6: the address is usable at once, and who has it is decided elsewhere. */
export const addAddress = (name: string, address: string): IpCommand => [
  ...['address', 'add', address, 'dev', name],
  ...(address.includes(':') ? ['nodad'] : []),
]
export const deleteAddress = (name: string, address: string): IpCommand => ['address', 'delete', address, 'dev', name]
