import { readLinksNamed } from '../../src/linux/links.ts'
import type { ApiClient, Json } from './client.ts'
import { aLanHost, type LanHost } from './lan-host.ts'
import type { PeerConnection } from './peer-connection.ts'
import { aPeerSite, type PeerSite } from './peer-site.ts'
import { Service, type ServiceOptions } from './service.ts'
import { until } from './until.ts'

/**
 * Two sites on one host: Sallyport on one side, run as a user runs it and asked through its public API only, and a plain
 * strongSwan on the other, with a host in the network of each. A bridge plays the internet between them.
 */
export interface TwoSites {
  readonly service: Service
  readonly client: ApiClient
  /** What was made through the API, by name. */
  readonly made: MadeObjects
  /** Bridge between the sites, where everything they say to each other passes. */
  readonly internet: string
  /** A host in Sallyport's network. */
  readonly host: LanHost
  readonly peer: PeerSite
  /** Address of Sallyport's gateway. */
  readonly address: string
  /** Our network and the peer's. */
  readonly networks: readonly [string, string]
  /** The attributes of a connection to the peer. */
  readonly connection: Json
  /** How Sallyport found it can carry packets here. */
  readonly backend: 'kernel' | 'user-space'
  /** What the peer's administrator types in for it. */
  readonly peerConnection: PeerConnection
  close(): Promise<void>
}

export interface MadeObjects {
  readonly router: Json
  readonly vpnservice: Json
  readonly ikepolicy: Json
  readonly ipsecpolicy: Json
  readonly lanSubnet: Json
  readonly lanNetwork: Json
}

export interface TwoSitesOptions extends ServiceOptions {
  /** Begins the names of the namespaces; at most 8 characters. */
  readonly name?: string
  readonly v2?: string
  /** Second number of the addresses, to keep several pairs apart: 10.<n>.1.0/24 and 10.<n>.2.0/24. */
  readonly block?: number
  /** What the networks between the sites and on our side stand on, where it is not a bridge of their own. */
  readonly uplink?: ProviderNetwork
  readonly lan?: ProviderNetwork
}

/** A bridge of this host, and attributes of the flat network that it is. */
export interface ProviderNetwork {
  readonly bridge: string
  readonly attributes: Json
}

const psk = 'correct-horse-battery'

export async function aTwoSites({
  name = 'sp',
  v2 = '/v2.0',
  block = 71,
  uplink,
  lan,
  ...options
}: TwoSitesOptions = {}): Promise<TwoSites> {
  const closers: (() => Promise<void>)[] = []
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    const service = await Service.open(options)
    closers.push(() => service.close())
    const client = await service.client(v2)
    const made = await makeObjects(client, block, uplink?.attributes, lan?.attributes)
    const internet = uplink?.bridge ?? bridgeOf(made.external)
    const lanBridge = lan?.bridge ?? bridgeOf(made.lanNetwork)
    await until(async () => (await readLinksNamed([internet, lanBridge])).length === 2, {
      what: 'the bridges',
    })
    const networks = [`10.${block}.1.0/24`, `10.${block}.2.0/24`] as const
    const host = await aLanHost({
      name: `${name}-host`,
      bridge: lanBridge,
      addresses: [`10.${block}.1.10/24`],
      gateways: [`10.${block}.1.1`],
    })
    closers.push(() => host.close())
    const { backend } = await service.health()
    const peer = await aPeerSite({
      name: `${name}-peer`,
      bridge: internet,
      publicAddresses: ['203.0.113.200/24'],
      lan: [{ gateway: `10.${block}.2.1/24`, host: `10.${block}.2.10/24` }],
      backend,
    })
    closers.push(() => peer.close())
    const address: string = made.vpnservice.external_v4_ip
    const connection = {
      name: 'to-branch',
      psk,
      peer_address: peer.publicAddress,
      peer_id: peer.publicAddress,
      vpnservice_id: made.vpnservice.id,
      ikepolicy_id: made.ikepolicy.id,
      ipsecpolicy_id: made.ipsecpolicy.id,
      local_ep_group_id: made.local.id,
      peer_ep_group_id: made.remote.id,
    }
    const peerConnection: PeerConnection = {
      name: 'head-office',
      version: 2,
      localAddress: peer.publicAddress,
      remoteAddress: address,
      localId: peer.publicAddress,
      remoteId: address,
      psk,
      proposals: ['aes256-sha256-modp2048'],
      espProposals: ['aes256-sha256-modp2048'],
      children: [{ local: [networks[1]], remote: [networks[0]] }],
    }
    await peer.configure(peerConnection)
    return {
      service,
      client,
      made,
      internet,
      host,
      peer,
      address,
      networks,
      connection,
      backend,
      peerConnection,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** The bridge of a network, as the guide names it. */
export function bridgeOf(network: Json): string {
  return `spb${String(network.id).slice(0, 11)}`
}

async function makeObjects(client: ApiClient, block: number, uplink: Json = {}, lan: Json = {}) {
  const external = await client.make('/networks', 'network', {
    name: 'internet',
    'router:external': true,
    ...uplink,
  })
  await client.make('/subnets', 'subnet', {
    network_id: external.id,
    ip_version: 4,
    cidr: '203.0.113.0/24',
    // No next hop: nothing on this host is part of that network.
    gateway_ip: null,
    allocation_pools: [{ start: '203.0.113.10', end: '203.0.113.99' }],
  })
  const lanNetwork = await client.make('/networks', 'network', { name: 'office', ...lan })
  const lanSubnet = await client.make('/subnets', 'subnet', {
    network_id: lanNetwork.id,
    ip_version: 4,
    cidr: `10.${block}.1.0/24`,
  })
  const router = await client.make('/routers', 'router', {
    name: 'edge',
    external_gateway_info: { network_id: external.id },
  })
  await client.put(`/routers/${router.id}/add_router_interface`, { subnet_id: lanSubnet.id })
  const vpnservice = await client.make('/vpn/vpnservices', 'vpnservice', { name: 'vpn', router_id: router.id })
  const sha256 = await sha256Word(client)
  const algorithms = { auth_algorithm: sha256, encryption_algorithm: 'aes-256', pfs: 'group14' }
  const ikepolicy = await client.make('/vpn/ikepolicies', 'ikepolicy', { ike_version: 'v2', ...algorithms })
  const ipsecpolicy = await client.make('/vpn/ipsecpolicies', 'ipsecpolicy', algorithms)
  const group = (type: string, endpoint: string) =>
    client.make('/vpn/endpoint-groups', 'endpoint_group', { type, endpoints: [endpoint] })
  const local = await group('subnet', lanSubnet.id)
  const remote = await group('cidr', `10.${block}.2.0/24`)
  return { external, lanNetwork, lanSubnet, router, vpnservice, ikepolicy, ipsecpolicy, local, remote }
}

/** The flavours spell it differently; the one that is spoken here accepts its own word only. */
async function sha256Word(client: ApiClient): Promise<string> {
  const { status, body } = await client.request('POST', '/vpn/ikepolicies', {
    ikepolicy: { auth_algorithm: 'sha2-256' },
  })
  if (status !== 201) return 'sha256'
  await client.delete(`/vpn/ikepolicies/${body.ikepolicy.id}`)
  return 'sha2-256'
}
