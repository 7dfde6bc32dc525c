import type { VerdictCode, VerdictField } from './verdict.ts'

/** `{configured}`, `{offered}` and `{field}` stand for the values, in the flavour's spelling. */
interface Template {
  readonly title: string
  readonly explanation: string
  readonly fix: { readonly here: string; readonly there: string }
  /** Where the peer did not tell what it has. */
  readonly untold?: string
  readonly alternatives?: readonly VerdictField[]
}

const nothingToDo = 'Nothing.'

export const verdictTemplates: Readonly<Record<VerdictCode, Template>> = {
  SWITCHED_OFF: {
    title: 'The connection is switched off.',
    explanation: 'The connection or its VPN service has admin_state_up false, so no tunnel is made.',
    fix: { here: 'Set admin_state_up to true.', there: nothingToDo },
  },
  GATEWAY_FAILED: {
    title: 'The gateway could not be made.',
    explanation: 'The machine that should carry the gateway could not make it; the evidence has its words.',
    fix: { here: 'See to what the evidence names; it is tried again by itself.', there: nothingToDo },
  },
  BACKEND_REFUSED: {
    title: 'This machine cannot carry the connection.',
    explanation: 'The gateway’s own machine refuses what {field} asks for; the evidence has its words.',
    fix: { here: 'Choose another {field}, or a host that can carry it.', there: 'The same, if it is changed here.' },
  },
  WAITING_FOR_PEER: {
    title: 'The peer has not called yet.',
    explanation: 'The connection only answers (initiator is {configured}), and the peer has not begun.',
    fix: { here: 'Set initiator to bi-directional to begin from here too.', there: 'Begin the tunnel from the peer.' },
  },
  PEER_SILENT: {
    title: 'The peer does not answer.',
    explanation:
      'No answer comes from {configured}: the address is wrong, the peer is off, or UDP 500 is blocked on the way.',
    fix: {
      here: 'Check peer_address and that UDP 500 and 4500 may leave.',
      there: 'Check that the gateway is on and that UDP 500 and 4500 from our address are let in.',
    },
  },
  UDP_4500_BLOCKED: {
    title: 'UDP port 4500 is blocked.',
    explanation: '{configured} answers on UDP port 500, but no longer once the exchange goes on on port 4500.',
    fix: {
      here: 'Let UDP 4500 out and its answers in.',
      there:
        'Let UDP 4500 in from our address; with IKEv1, compare the key too: some peers are silent about a wrong one.',
    },
    alternatives: ['psk'],
  },
  PEER_NAME_UNRESOLVED: {
    title: 'The peer’s name has no address.',
    explanation: 'The name {configured} cannot be resolved.',
    fix: { here: 'Correct peer_address, or give an address.', there: 'Publish the name in the DNS.' },
  },
  PEER_LOST: {
    title: 'The peer stopped answering.',
    explanation: 'The tunnel was up until {configured} answered no longer; it is tried again by itself.',
    fix: { here: nothingToDo, there: 'Check that the gateway is on and can be reached.' },
  },
  CLOSED_BY_PEER: {
    title: 'The peer closed the tunnel.',
    explanation:
      'The peer deleted the IKE SA. With IKEv1 it does so, too, when our identity is not the one it expects.',
    fix: { here: 'Compare local_id with what the peer expects.', there: 'See why it closes: its log tells.' },
    alternatives: ['local_id'],
  },
  CHILD_LOST: {
    title: 'The peer closed the child SA.',
    explanation: 'The IKE SA lives, but the peer deleted the child SA that carries the packets.',
    fix: { here: nothingToDo, there: 'See why it closes: its log tells.' },
  },
  REKEY_COLLISION: {
    title: 'Both sides rekeyed at once.',
    explanation:
      'Both sides replaced the same SA at the same time and were left with none; it is made again by itself.',
    fix: { here: 'Choose a {field} that differs from the peer’s.', there: 'The same.' },
  },
  IKE_VERSION_MISMATCH: {
    title: 'The IKE versions differ.',
    explanation:
      'The peer speaks another version of IKE: {configured} is configured here, {offered} is what it begins with.',
    fix: { here: 'Use an IKE policy with ike_version {offered}.', there: 'Set the version to {configured}.' },
  },
  IKE_PROPOSAL_MISMATCH: {
    title: 'The IKE proposals do not match.',
    explanation: '{field} is {configured} here, but the peer offers {offered}.',
    untold:
      'The peer accepts nothing of the IKE policy, and does not say what it wants; another version of IKE, or no configuration for our address, sounds the same.',
    fix: {
      here: 'Use an IKE policy that equals the peer’s in version, encryption, integrity and group.',
      there: 'Set encryption, integrity, group and version to those of the IKE policy.',
    },
    alternatives: [
      'ikepolicy.encryption_algorithm',
      'ikepolicy.auth_algorithm',
      'ikepolicy.pfs',
      'ikepolicy.ike_version',
    ],
  },
  AGGRESSIVE_MODE_REFUSED: {
    title: 'The negotiation modes differ.',
    explanation: 'The mode is {configured} here, and the peer does not take that.',
    fix: {
      here: 'Use an IKE policy with the peer’s mode, or version v2, which has no modes.',
      there: 'Set the mode to {configured}.',
    },
    alternatives: ['local_id', 'psk'],
  },
  AUTHENTICATION_REFUSED: {
    title: 'The peer does not accept our authentication.',
    explanation:
      'The keys differ, or the peer does not know our identity or goes by another: it gives one answer for all.',
    fix: {
      here: 'Compare psk first, then local_id and peer_id.',
      there: 'Compare the key first, then both identities; its log tells which.',
    },
    alternatives: ['peer_id', 'local_id'],
  },
  PSK_MISMATCH: {
    title: 'The pre-shared keys differ.',
    explanation: 'What the peer proves itself with was made with another key.',
    fix: { here: 'Set psk to the peer’s key.', there: 'Set the key to the one that was given here.' },
  },
  LOCAL_ID_MISMATCH: {
    title: 'The peer expects another identity of ours.',
    explanation: 'Our side shows {configured}, and the peer expects {offered}.',
    untold: 'Our side shows {configured}, and the peer has nothing for that identity.',
    fix: { here: 'Set local_id to what the peer expects.', there: 'Expect {configured} as our identity.' },
    alternatives: ['ikepolicy.phase1_negotiation_mode'],
  },
  PEER_ID_MISMATCH: {
    title: 'The peer shows another identity.',
    explanation: 'The peer shows {offered}; peer_id is {configured}.',
    untold: 'The peer does not show {configured}, which is what peer_id expects.',
    fix: { here: 'Set peer_id to what the peer shows.', there: 'Set its own identity to {configured}.' },
  },
  IPSEC_PROPOSAL_MISMATCH: {
    title: 'The IPsec proposals do not match.',
    explanation: '{field} is {configured} here, but the peer offers {offered}.',
    untold: 'The IKE SA stands, but the peer accepts nothing of the IPsec policy, and does not say what it wants.',
    fix: {
      here: 'Use an IPsec policy that equals the peer’s in protocol, encryption, integrity and pfs.',
      there: 'Set encryption, integrity and PFS group to those of the IPsec policy.',
    },
    alternatives: ['ipsecpolicy.encryption_algorithm', 'ipsecpolicy.auth_algorithm', 'ipsecpolicy.pfs'],
  },
  NETWORKS_MISMATCH: {
    title: 'The networks are not mirrored.',
    explanation: '{field} is {configured} here, but the peer has {offered}.',
    untold: 'The peer has other networks for this tunnel than the two endpoint groups; it does not say which.',
    fix: {
      here: 'Let the endpoint groups name the networks that the peer has for the tunnel.',
      there: 'Let its networks for the tunnel be our two groups, the other way round.',
    },
    alternatives: ['local_ep_group_id'],
  },
  PFS_MISMATCH: {
    title: 'Perfect forward secrecy differs.',
    explanation: 'The group is {configured} here, and the peer has {offered}.',
    untold:
      'The tunnel carries, but the peer refuses the first rekeying with group {configured}: when the lifetime ends, the tunnel will.',
    fix: { here: 'Use an IPsec policy with the peer’s pfs.', there: 'Set the PFS group to {configured}.' },
  },
  NETWORKS_NARROWED: {
    title: 'Only a part of the networks is connected.',
    explanation: '{field} is {configured}; the peer agreed to {offered}.',
    fix: { here: 'Let the group name what the peer has.', there: 'Add what is missing to its networks of the tunnel.' },
  },
  LIFETIMES_DIFFER: {
    title: 'The lifetimes differ.',
    explanation: 'The lifetime is {configured} here and {offered} at the peer. Harmless: the shorter one counts.',
    fix: { here: 'Align it if you like.', there: 'Align it if you like.' },
  },
  NOTHING_COMES_BACK: {
    title: 'Packets go out, and none come back.',
    explanation:
      'The tunnel is up and packets for {configured} leave through it, but nothing arrives: ESP is blocked one way, or there is no way back behind the peer.',
    fix: {
      here: 'Let ESP, or UDP 4500, in from the peer.',
      there: 'Check routes and firewall behind the peer, and that ESP or UDP 4500 passes both ways.',
    },
  },
  NOTHING_GOES_OUT: {
    title: 'Packets come in, and none go out.',
    explanation:
      'The tunnel is up and packets for {configured} arrive, but nothing is sent back: there is no way back here.',
    fix: {
      here: 'Check that hosts in our networks route the peer’s networks to the gateway, and their firewalls.',
      there: nothingToDo,
    },
  },
}
