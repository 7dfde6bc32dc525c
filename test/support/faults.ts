import { ip } from '../../src/linux/ip.ts'
import { writeKernelSettings } from '../../src/linux/sysctl.ts'
import type { Json } from './client.ts'
import type { PeerConnection } from './peer-connection.ts'
import type { PeerSite } from './peer-site.ts'

/** One way in which a tunnel does not come up, or is not what it seems: how it is brought about, and what should be told. */
export interface Fault {
  readonly name: string
  /** Beside what every connection here has: of the IKE policy, the IPsec policy and the connection. */
  readonly ike?: Json
  readonly ipsec?: Json
  readonly ours?: Json
  /** What the peer's administrator got wrong. */
  readonly theirs?: (mirror: PeerConnection) => Partial<PeerConnection>
  /** Who begins; the other side only answers. */
  readonly begins: 'we' | 'the peer' | 'nobody'
  /** Done to the peer before anybody begins; returns how it is undone. */
  readonly before?: (peer: PeerSite) => Promise<() => Promise<void>>
  /** Done once the tunnel is up. */
  readonly onceUp?: (around: {
    readonly peer: PeerSite
    readonly name: string
    ping: () => Promise<void>
  }) => Promise<() => Promise<void>>
  readonly code: string
  readonly field: string
  readonly offered?: string | null
  readonly state?: string
}

const v1 = { ike_version: 'v1' }
const aggressive = { ...v1, phase1_negotiation_mode: 'aggressive' }
const quickDpd = { dpd: { action: 'hold', interval: 1, timeout: 4 } }
const stranger = 'fqdn:stranger.example'
const nothing = async () => undefined

function networks(local: string, remote: string): () => Partial<PeerConnection> {
  return () => ({ children: [{ local: [local], remote: [remote] }] })
}

/** Packets that the peer sends from this UDP port are lost. */
function blocked(port: number): NonNullable<Fault['before']> {
  const rule = ['pref', '7', 'ipproto', 'udp', 'sport', String(port), 'blackhole']
  return async ({ gateway: namespace }) => {
    await ip(['rule', 'add', ...rule], { namespace })
    return async () => {
      await ip(['rule', 'del', ...rule], { namespace })
    }
  }
}

export const faults: readonly Fault[] = [
  // We begin, and know only what the peer answers.
  {
    name: 'another key, IKEv2',
    begins: 'we',
    theirs: () => ({ psk: 'another-key' }),
    code: 'AUTHENTICATION_REFUSED',
    field: 'psk',
  },
  {
    name: 'another key, IKEv1 main mode',
    begins: 'we',
    ike: v1,
    theirs: () => ({ psk: 'another-key' }),
    code: 'PSK_MISMATCH',
    field: 'psk',
  },
  {
    name: 'another key, IKEv1 aggressive mode',
    begins: 'we',
    ike: aggressive,
    theirs: () => ({ psk: 'another-key' }),
    code: 'PSK_MISMATCH',
    field: 'psk',
  },
  {
    name: 'no aggressive mode at the peer',
    begins: 'we',
    ike: aggressive,
    theirs: () => ({ aggressive: false }),
    code: 'AGGRESSIVE_MODE_REFUSED',
    field: 'ikepolicy.phase1_negotiation_mode',
  },
  {
    name: 'another IKE proposal, IKEv2',
    begins: 'we',
    theirs: () => ({ proposals: ['aes128-sha256-modp2048'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy_id',
  },
  {
    name: 'another IKE proposal, IKEv1',
    begins: 'we',
    ike: v1,
    theirs: () => ({ proposals: ['aes128-sha256-modp2048'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy_id',
  },
  {
    name: 'another ESP proposal, IKEv2',
    begins: 'we',
    theirs: () => ({ espProposals: ['aes128-sha256-modp2048'] }),
    code: 'IPSEC_PROPOSAL_MISMATCH',
    field: 'ipsecpolicy_id',
  },
  {
    name: 'another ESP proposal, IKEv1',
    begins: 'we',
    ike: v1,
    theirs: () => ({ espProposals: ['aes128-sha256-modp2048'] }),
    code: 'IPSEC_PROPOSAL_MISMATCH',
    field: 'ipsecpolicy_id',
  },
  {
    name: 'another PFS group, hidden in IKEv2',
    begins: 'we',
    theirs: () => ({ espProposals: ['aes256-sha256-modp4096'] }),
    code: 'PFS_MISMATCH',
    field: 'ipsecpolicy.pfs',
    state: 'ACTIVE',
  },
  {
    name: 'other networks, IKEv2',
    begins: 'we',
    theirs: networks('10.99.0.0/24', '10.71.1.0/24'),
    code: 'NETWORKS_MISMATCH',
    field: 'peer_ep_group_id',
  },
  {
    name: 'other networks, IKEv1',
    begins: 'we',
    ike: v1,
    theirs: networks('10.99.0.0/24', '10.71.1.0/24'),
    code: 'NETWORKS_MISMATCH',
    field: 'peer_ep_group_id',
  },
  {
    name: 'a part of the networks',
    begins: 'we',
    theirs: networks('10.71.2.0/25', '10.71.1.0/24'),
    code: 'NETWORKS_NARROWED',
    field: 'peer_ep_group_id',
    offered: '10.71.2.0/25',
    state: 'ACTIVE',
  },
  {
    name: 'the peer expects another identity, IKEv1',
    begins: 'we',
    ike: v1,
    theirs: () => ({ remoteId: stranger }),
    code: 'LOCAL_ID_MISMATCH',
    field: 'local_id',
  },
  {
    name: 'the peer shows another identity, IKEv1',
    begins: 'we',
    ike: v1,
    theirs: () => ({ localId: stranger }),
    code: 'PEER_ID_MISMATCH',
    field: 'peer_id',
    offered: 'stranger.example',
  },
  {
    name: 'a silent peer',
    begins: 'we',
    before: async (peer) => {
      peer.silence()
      return async () => peer.comeBack()
    },
    code: 'PEER_SILENT',
    field: 'peer_address',
  },
  { name: 'UDP 500 blocked', begins: 'we', before: blocked(500), code: 'PEER_SILENT', field: 'peer_address' },
  { name: 'UDP 4500 blocked', begins: 'we', before: blocked(4500), code: 'UDP_4500_BLOCKED', field: 'peer_address' },

  // The peer begins, and its proposals can be compared.
  {
    name: 'the peer calls with another key',
    begins: 'the peer',
    theirs: () => ({ psk: 'another-key' }),
    code: 'PSK_MISMATCH',
    field: 'psk',
  },
  {
    name: 'the peer calls with another key, IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ psk: 'another-key' }),
    code: 'PSK_MISMATCH',
    field: 'psk',
  },
  {
    name: 'the peer proposes another IKE encryption',
    begins: 'the peer',
    theirs: () => ({ proposals: ['aes128-sha256-modp2048'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy.encryption_algorithm',
    offered: 'aes-128',
  },
  {
    name: 'the peer proposes another IKE integrity',
    begins: 'the peer',
    theirs: () => ({ proposals: ['aes256-sha512-modp2048'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy.auth_algorithm',
    offered: 'sha512',
  },
  {
    name: 'the peer proposes another IKE group',
    begins: 'the peer',
    theirs: () => ({ proposals: ['aes256-sha256-ecp256'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy.pfs',
    offered: 'group19',
  },
  {
    name: 'the peer proposes another IKE encryption, IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ proposals: ['aes128-sha256-modp2048'] }),
    code: 'IKE_PROPOSAL_MISMATCH',
    field: 'ikepolicy.encryption_algorithm',
    offered: 'aes-128',
  },
  {
    name: 'the peer speaks IKEv2, we IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ version: 2 }),
    code: 'IKE_VERSION_MISMATCH',
    field: 'ikepolicy.ike_version',
    offered: 'v2',
  },
  {
    name: 'the peer calls in aggressive mode',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ aggressive: true }),
    code: 'AGGRESSIVE_MODE_REFUSED',
    field: 'ikepolicy.phase1_negotiation_mode',
  },
  {
    name: 'the peer proposes another ESP encryption',
    begins: 'the peer',
    theirs: () => ({ espProposals: ['aes128-sha256-modp2048'] }),
    code: 'IPSEC_PROPOSAL_MISMATCH',
    field: 'ipsecpolicy.encryption_algorithm',
    offered: 'aes-128',
  },
  {
    name: 'the peer proposes another ESP integrity, IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ espProposals: ['aes256-sha512-modp2048'] }),
    code: 'IPSEC_PROPOSAL_MISMATCH',
    field: 'ipsecpolicy.auth_algorithm',
    offered: 'sha512',
  },
  {
    name: 'the peer proposes another PFS group, IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: () => ({ espProposals: ['aes256-sha256-modp4096'] }),
    code: 'PFS_MISMATCH',
    field: 'ipsecpolicy.pfs',
    offered: 'group16',
  },
  {
    name: 'the peer has another network of its own',
    begins: 'the peer',
    theirs: networks('10.99.0.0/24', '10.71.1.0/24'),
    code: 'NETWORKS_MISMATCH',
    field: 'peer_ep_group_id',
    offered: '10.99.0.0/24',
  },
  {
    name: 'the peer has another network of ours',
    begins: 'the peer',
    theirs: networks('10.71.2.0/24', '10.99.0.0/24'),
    code: 'NETWORKS_MISMATCH',
    field: 'local_ep_group_id',
    offered: '10.99.0.0/24',
  },
  {
    name: 'the peer calls under another identity',
    begins: 'the peer',
    theirs: () => ({ localId: stranger }),
    code: 'PEER_ID_MISMATCH',
    field: 'peer_id',
    offered: 'stranger.example',
  },
  {
    name: 'the peer calls for another identity',
    begins: 'the peer',
    theirs: () => ({ remoteId: stranger }),
    code: 'LOCAL_ID_MISMATCH',
    field: 'local_id',
    offered: 'stranger.example',
  },
  {
    name: 'the peer has another lifetime, IKEv1',
    begins: 'the peer',
    ike: v1,
    theirs: ({ children: [child], espProposals }) => ({
      extra: {
        children: {
          'net-0': {
            local_ts: child?.local ?? [],
            remote_ts: child?.remote ?? [],
            esp_proposals: espProposals,
            life_time: 1200,
          },
        },
      },
    }),
    code: 'LIFETIMES_DIFFER',
    field: 'ipsecpolicy.lifetime',
    offered: '1200 s',
    state: 'ACTIVE',
  },

  // It stood, or nobody wants it to.
  {
    name: 'a peer that dies',
    begins: 'we',
    ours: quickDpd,
    onceUp: async ({ peer }) => {
      peer.silence()
      return async () => peer.comeBack()
    },
    code: 'PEER_LOST',
    field: 'peer_address',
  },
  {
    name: 'a peer that closes',
    begins: 'the peer',
    onceUp: async ({ peer, name }) => {
      await peer.terminate(name)
      return nothing
    },
    code: 'CLOSED_BY_PEER',
    field: 'peer_address',
  },
  {
    name: 'a peer that closes the child SA',
    begins: 'the peer',
    onceUp: async ({ peer, name }) => {
      await peer.terminateChild(name)
      return nothing
    },
    code: 'CHILD_LOST',
    field: 'peer_address',
  },
  {
    name: 'a host behind the peer that answers nothing',
    begins: 'we',
    onceUp: async ({ peer, ping }) => {
      const ignoring = (yes: '0' | '1') => writeKernelSettings(peer.host, { 'net/ipv4/icmp_echo_ignore_all': yes })
      await ignoring('1')
      await ping()
      return () => ignoring('0')
    },
    code: 'NOTHING_COMES_BACK',
    field: 'peer_ep_group_id',
    state: 'ACTIVE',
  },
  {
    name: 'ESP blocked one way',
    begins: 'we',
    onceUp: async ({ peer, ping }) => {
      const back = await blocked(4500)(peer)
      await ping()
      return back
    },
    code: 'NOTHING_COMES_BACK',
    field: 'peer_ep_group_id',
    state: 'ACTIVE',
  },
  { name: 'nobody calls', begins: 'nobody', code: 'WAITING_FOR_PEER', field: 'initiator' },
]
