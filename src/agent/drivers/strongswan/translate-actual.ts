/** strongSwan's words about live tunnels, in ours. Pure. */
import type { ActualChild, ActualTunnel, NegotiatedAlgorithms } from '../../../model/tunnel.ts'
import type { ChildSa, IkeSa, SaAlgorithms } from '../../../vici/sas.ts'
import { isFingerprint, readConnectionName } from './translate.ts'
import { proposalsIn } from './translate-proposal.ts'

/** `undefined` for an IKE SA that is not of our making. */
export function actualTunnel(sa: IkeSa): ActualTunnel | undefined {
  const read = readConnectionName(sa.name)
  return (
    read && {
      ikeSa: sa.uniqueId,
      ...read,
      state: tunnelState(sa.state),
      initiatedBy: sa.isInitiator ? 'us' : 'peer',
      ageSeconds: ageSeconds(sa),
      ...negotiated(sa),
      children: sa.children.flatMap(actualChild),
    }
  )
}

/** Charon tells it in one state only; while a tunnel is rekeyed its oldest child says at least that much. */
function ageSeconds({ state, established, children }: IkeSa): number {
  if (established !== undefined || tunnelState(state) === 'connecting') return established ?? 0
  return Math.max(0, ...children.map(({ installTime }) => installTime ?? 0))
}

export function actualChild(sa: ChildSa): ActualChild[] {
  if (!isFingerprint(sa.name)) return []
  return [
    {
      childSa: sa.uniqueId,
      fingerprint: sa.name,
      state: childState(sa.state),
      hasOwnExchange: sa.dhGroup !== undefined,
      ...negotiated(sa),
      localCidrs: sa.localTs,
      peerCidrs: sa.remoteTs,
      bytesIn: sa.bytesIn ?? 0,
      bytesOut: sa.bytesOut ?? 0,
      packetsIn: sa.packetsIn ?? 0,
      packetsOut: sa.packetsOut ?? 0,
    },
  ]
}

/** Lists have the key's size apart from the cipher, unlike proposals. */
function negotiated({ encrAlg, encrKeysize, integAlg, dhGroup }: SaAlgorithms): {
  readonly algorithms?: NegotiatedAlgorithms
} {
  if (encrAlg === undefined && integAlg === undefined) return {}
  const cipher = encrAlg !== undefined && encrKeysize !== undefined ? `${encrAlg}_${encrKeysize}` : encrAlg
  const words = [cipher, integAlg, dhGroup].filter((word) => word !== undefined)
  const [proposal] = proposalsIn(words.join('/'))
  const { encryption = null, integrity = null, group = null } = proposal ?? {}
  return { algorithms: { encryption, integrity, group } }
}

/** A tunnel that is being rekeyed still is one; the one it was before is on its way out. */
function tunnelState(state: string): ActualTunnel['state'] {
  if (state === 'CREATED' || state === 'CONNECTING') return 'connecting'
  if (state === 'REKEYED' || state === 'DELETING' || state === 'DESTROYING') return 'closing'
  return 'established'
}

function childState(state: string): ActualChild['state'] {
  if (state === 'CREATED' || state === 'INSTALLING') return 'installing'
  if (state === 'INSTALLED' || state === 'REKEYING' || state === 'UPDATING') return 'installed'
  return 'closing'
}
