import { Type } from 'typebox'
import type { Dialect } from './dialect.ts'
import { exampleIds } from './example-ids.ts'
import type { ActualChild, ActualTunnel, NegotiatedAlgorithms } from './tunnel.ts'

/** What is shown of live SAs, in the words of a flavour. */

const textOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const algorithms = {
  encryption_algorithm: textOrNull('What it is encrypted with.'),
  auth_algorithm: textOrNull('What it is protected with; null where the cipher does that itself.'),
  pfs: textOrNull('Group of the exchange that its keys come from; null: none of its own.'),
}

const ChildSa = Type.Object(
  {
    id: Type.Integer({ description: 'Number that the key exchange daemon knows it by.' }),
    state: Type.String({ description: '`installing`, `installed` or `closing`.' }),
    ...algorithms,
    local_cidrs: Type.Array(Type.String(), { description: 'Networks on our side, as agreed.' }),
    peer_cidrs: Type.Array(Type.String(), { description: 'Networks on the peer’s side, as agreed.' }),
    bytes_in: Type.Integer({ description: 'Since it was made, as all counters.' }),
    bytes_out: Type.Integer(),
    packets_in: Type.Integer(),
    packets_out: Type.Integer(),
  },
  { title: 'ChildSa' },
)

const IkeSa = Type.Object(
  {
    id: Type.Integer({ description: 'Number that the key exchange daemon knows it by.' }),
    state: Type.String({ description: '`connecting`, `established` or `closing`.' }),
    initiated_by: textOrNull('`us` or `peer`; null where it is not known.'),
    age_seconds: Type.Integer({ description: 'Since it was established.' }),
    ...algorithms,
    child_sas: Type.Array(ChildSa),
  },
  { title: 'IkeSa' },
)

/** Nothing is required: `fields` may leave out any key. */
export const Tunnel = Type.Object(
  {
    observed_at: Type.Optional(textOrNull('When its gateway last told, in UTC; null: not yet.')),
    ike_sas: Type.Optional(
      Type.Array(IkeSa, { description: 'None: there is no tunnel. More than one: it is replaced.' }),
    ),
  },
  { title: 'Tunnel' },
)

/** Live SAs as they are shown. */
export function shownTunnel(observedAt: string | null, tunnels: readonly ActualTunnel[], dialect: Dialect) {
  return { observed_at: observedAt, ike_sas: tunnels.map((tunnel) => shownIkeSa(tunnel, dialect)) }
}

function shownIkeSa(tunnel: ActualTunnel, dialect: Dialect) {
  const { ikeSa, state, initiatedBy = null, ageSeconds, children } = tunnel
  return {
    id: ikeSa,
    state,
    initiated_by: initiatedBy,
    age_seconds: ageSeconds,
    ...shownAlgorithms(tunnel.algorithms, dialect),
    child_sas: children.map((child) => shownChildSa(child, dialect)),
  }
}

function shownChildSa(child: ActualChild, dialect: Dialect) {
  return {
    id: child.childSa,
    state: child.state,
    ...shownAlgorithms(child.algorithms, dialect),
    local_cidrs: child.localCidrs,
    peer_cidrs: child.peerCidrs,
    bytes_in: child.bytesIn,
    bytes_out: child.bytesOut,
    packets_in: child.packetsIn,
    packets_out: child.packetsOut,
  }
}

function shownAlgorithms(negotiated: NegotiatedAlgorithms | undefined, dialect: Dialect) {
  const { encryption = null, integrity = null, group = null } = negotiated ?? {}
  return {
    encryption_algorithm: encryption === null ? null : dialect.spell('encryption', encryption),
    auth_algorithm: integrity === null ? null : dialect.spell('integrity', integrity),
    pfs: group === null ? null : dialect.spell('group', group),
  }
}

export const exampleTunnel: ActualTunnel = {
  ikeSa: 7,
  connection: exampleIds.connection as ActualTunnel['connection'],
  fingerprint: '7b31eb04',
  state: 'established',
  initiatedBy: 'us',
  ageSeconds: 1504,
  algorithms: { encryption: 'aes-256', integrity: 'sha256', group: 'group14' },
  children: [
    {
      childSa: 12,
      fingerprint: '6d2ac049',
      state: 'installed',
      algorithms: { encryption: 'aes-256', integrity: 'sha256', group: 'group14' },
      localCidrs: ['10.1.0.0/24'],
      peerCidrs: ['10.2.0.0/24'],
      bytesIn: 91_344,
      bytesOut: 88_200,
      packetsIn: 1_087,
      packetsOut: 1_050,
    },
  ],
}
