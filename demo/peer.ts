import { addressText, parseCidr } from '../src/model/cidr.ts'
import { Secret } from '../src/model/secret.ts'
import { ApiClient, type Json } from '../test/support/client.ts'
import { aDesiredConnection } from '../test/support/desired.ts'
import { aLanHost } from '../test/support/lan-host.ts'
import { mirrorOf, type PeerConnection } from '../test/support/peer-connection.ts'
import { aPeerSite } from '../test/support/peer-site.ts'
import { bridgeOf } from '../test/support/two-sites.ts'
import { untilInterrupted } from './until-interrupted.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

/**
 * Plays the other side of a connection of the service that `OS_AUTH_URL` and `OS_PASSWORD` lead to, which has to run on
 * this host: a plain strongSwan with the connection's settings turned round, a host behind it, and a host in our network.
 * The peer's address has to be one of the external network's, as the peer is plugged in there.
 * @param name of the connection
 */
export async function playPeer(name: string): Promise<void> {
  const { OS_AUTH_URL, OS_PASSWORD } = process.env
  if (!OS_AUTH_URL || !OS_PASSWORD) throw new Error('OS_AUTH_URL and OS_PASSWORD are not set: source the openrc first')
  const url = OS_AUTH_URL.replace(/\/identity\/v3\/?$/, '')
  // The words of this flavour are those that the algorithms have inside.
  const client = await ApiClient.logIn(url, OS_PASSWORD, '/openstack/v2.0')
  const { mirror, externalNetwork, externalSubnet, localSubnet, peerCidrs } = await read(client, name)
  const health: Json = await (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) })).json()
  const [peerCidr = ''] = peerCidrs
  const closers: (() => Promise<void>)[] = []
  try {
    const host = await aLanHost({
      name: 'spoffice',
      bridge: bridgeOf({ id: localSubnet.network_id }),
      addresses: [hostOf(localSubnet.cidr, 10n)],
      gateways: [localSubnet.gateway_ip],
    })
    closers.push(() => host.close())
    const peer = await aPeerSite({
      name: 'spbranch',
      bridge: bridgeOf(externalNetwork),
      publicAddresses: [`${mirror.localAddress}/${externalSubnet.cidr.split('/')[1]}`],
      lan: [{ gateway: hostOf(peerCidr, 1n), host: hostOf(peerCidr, 10n) }],
      backend: health.backend,
    })
    closers.push(() => peer.close())
    await peer.configure(mirror)
    say(`The peer of ${name} answers at ${peer.publicAddress}; behind it is ${peer.hostAddress}.`)
    say(`Ping it from a host in our network:  ip netns exec ${host.namespace} ping ${peer.hostAddress}`)
    say('Ctrl-C ends it and removes both hosts.')
    await untilInterrupted()
  } finally {
    for (const closer of closers.reverse()) await closer()
  }
}

interface OtherSide {
  readonly mirror: PeerConnection
  readonly externalNetwork: Json
  readonly externalSubnet: Json
  readonly localSubnet: Json
  readonly peerCidrs: readonly string[]
}

/** What the peer's administrator would have been told, asked of the public API. */
async function read(client: ApiClient, name: string): Promise<OtherSide> {
  const filter = `name=${encodeURIComponent(name)}`
  const [connection] = (await client.get(`/vpn/ipsec-site-connections?${filter}`)).ipsec_site_connections
  if (!connection) throw new Error(`there is no connection with the name '${name}'`)
  const { vpnservice } = await client.get(`/vpn/vpnservices/${connection.vpnservice_id}`)
  const { ikepolicy } = await client.get(`/vpn/ikepolicies/${connection.ikepolicy_id}`)
  const { ipsecpolicy } = await client.get(`/vpn/ipsecpolicies/${connection.ipsecpolicy_id}`)
  const endpointsOf = async (group: string): Promise<readonly string[]> =>
    (await client.get(`/vpn/endpoint-groups/${group}`)).endpoint_group.endpoints
  const localIds = connection.local_ep_group_id
    ? await endpointsOf(connection.local_ep_group_id)
    : [vpnservice.subnet_id]
  const localSubnets = await Promise.all(localIds.map(async (id) => (await client.get(`/subnets/${id}`)).subnet))
  const peerCidrs = connection.peer_ep_group_id ? await endpointsOf(connection.peer_ep_group_id) : connection.peer_cidrs
  const { router } = await client.get(`/routers/${vpnservice.router_id}`)
  const { network_id, external_fixed_ips } = router.external_gateway_info
  const { subnet: externalSubnet } = await client.get(`/subnets/${external_fixed_ips[0].subnet_id}`)
  const mirror = mirrorOf(
    aDesiredConnection({
      ikeVersion: ikepolicy.ike_version === 'v1' ? 1 : 2,
      localAddress: vpnservice.external_v4_ip,
      localIdentity: connection.local_id || vpnservice.external_v4_ip,
      peerAddress: connection.peer_address,
      peerIdentity: connection.peer_id,
      secret: new Secret(connection.psk),
      ike: {
        encryption: ikepolicy.encryption_algorithm,
        integrity: ikepolicy.auth_algorithm,
        group: ikepolicy.pfs,
        lifetimeSeconds: ikepolicy.lifetime.value,
      },
      ipsec: {
        protocol: 'esp',
        mode: 'tunnel',
        encryption: ipsecpolicy.encryption_algorithm,
        integrity: ipsecpolicy.auth_algorithm,
        group: ipsecpolicy.pfs === 'disable' ? undefined : ipsecpolicy.pfs,
        lifetimeSeconds: ipsecpolicy.lifetime.value,
      },
      localCidrs: localSubnets.map(({ cidr }) => cidr),
      peerCidrs,
    }),
  )
  return { mirror, externalNetwork: { id: network_id }, externalSubnet, localSubnet: localSubnets[0], peerCidrs }
}

/** The n-th address of a network, with its prefix length. */
function hostOf(cidr: string, n: bigint): string {
  const network = parseCidr(cidr)
  if (!network) throw new Error(`'${cidr}' is not a network`)
  return `${addressText(network.first + n, network.version)}/${network.prefixLength}`
}
