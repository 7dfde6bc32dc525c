/**
 * Our words and strongSwan's: connections and secrets on their way into charon. With its neighbours `translate-*.ts` the
 * only place that knows charon's spelling. Pure.
 */

import {
  encryptionAlgorithms,
  integrityAlgorithms,
  isCombinedMode,
  keyExchangeGroups,
} from '../../../model/algorithms.ts'
import type { ConnectionId } from '../../../model/ids.ts'
import type {
  DesiredConnection,
  IkeProposal,
  IpsecProposal,
  LoadedConnection,
  LoadedSecret,
} from '../../../model/tunnel.ts'
import type { ListedConnection, SharedSecret } from '../../../vici/commands.ts'
import type { SwanAuthentication, SwanChild, SwanConnection } from '../../../vici/swan-connection.ts'
import { desiredChildren, ikeFingerprint } from '../../fingerprint.ts'
import { transportPriority } from './kernel-policies.ts'
import { isUuid } from './names.ts'
import { identity } from './translate-identity.ts'

/** The name carries what a connection was made from, so that charon itself remembers it for us. */
export function connectionName(connection: ConnectionId, fingerprint: string): string {
  return `${connection}.${fingerprint}`
}

/** `undefined` for a name that is not of our making. */
export function readConnectionName(name: string): { connection: ConnectionId; fingerprint: string } | undefined {
  const [connection = '', fingerprint = '', ...rest] = name.split('.')
  if (rest.length > 0 || !isUuid(connection) || !isFingerprint(fingerprint)) return undefined
  return { connection: connection as ConnectionId, fingerprint }
}

export function isFingerprint(text: string): boolean {
  return /^[0-9a-f]{8}$/.test(text)
}

export function secretName(connection: ConnectionId, version: number): string {
  return `${connection}.${version}`
}

export function loadedSecret(name: string): LoadedSecret | undefined {
  const [connection = '', version = '', ...rest] = name.split('.')
  if (rest.length > 0 || !isUuid(connection) || !/^\d{1,15}$/.test(version)) return undefined
  return { connection: connection as ConnectionId, version: Number(version) }
}

export function loadedConnection({
  name,
  children,
}: Pick<ListedConnection, 'name' | 'children'>): LoadedConnection | undefined {
  const read = readConnectionName(name)
  return read && { ...read, children: children.map((child) => child.name).filter(isFingerprint) }
}

/**
 * Owners are the two identities only. Addresses beside them would let a connection's secret stand in for that of
 * another one between the same two addresses.
 */
export function swanSecret({
  id,
  secret,
  secretVersion,
  localIdentity,
  peerIdentity,
}: DesiredConnection): SharedSecret {
  return {
    id: secretName(id, secretVersion),
    type: 'IKE',
    data: secret.reveal(),
    owners: [identity(localIdentity), identity(peerIdentity)],
  }
}

export function swanConnectionName(connection: DesiredConnection): string {
  return connectionName(connection.id, ikeFingerprint(connection))
}

export function swanConnection(connection: DesiredConnection): SwanConnection {
  const { ikeVersion, ike, deadPeerDetection: dpd } = connection
  const watched = dpd.action !== 'disabled'
  const rekeySeconds = Math.floor(ike.lifetimeSeconds * 0.9)
  return {
    version: ikeVersion,
    ...(ikeVersion === 1 && { aggressive: connection.aggressive }),
    local_addrs: [connection.localAddress],
    remote_addrs: [connection.peerAddress],
    proposals: [ikeProposal(ike)],
    // The lifetime asked for is the hard end; a tenth of it is left for the rekeying that comes before.
    rekey_time: rekeySeconds,
    over_time: ike.lifetimeSeconds - rekeySeconds,
    rand_time: Math.floor(ike.lifetimeSeconds * 0.05),
    reauth_time: 0,
    dpd_delay: watched ? dpd.intervalSeconds : 0,
    ...(ikeVersion === 1 && watched && { dpd_timeout: dpd.timeoutSeconds }),
    mobike: false,
    keyingtries: 1,
    /*
     * `no` follows INITIAL_CONTACT, by which the stale tunnels of a peer that crashed and came back vanish at once, and says
     * it, so that ours vanish at the peer; `never` does neither. It names identities and not connections, so of two with the
     * same identities only the first may say it: charon sees to that once the first stands, and `turns.ts` until then.
     * `replace` would in addition close every double at once, at both ends, and at times each the one that the other keeps;
     * doubles are for `plan-surplus.ts`.
     */
    unique: 'no',
    local: ourAuthentication(connection),
    remote: { auth: 'psk', id: identity(connection.peerIdentity) },
    children: Object.fromEntries(
      desiredChildren(connection).map((child) => [child.fingerprint, swanChild(connection.ipsec, child)]),
    ),
  }
}

/**
 * Charon opens a child in any tunnel whose configuration *equals* that of the child's connection, names aside: the second
 * of two connections with the same peer and settings would put its children into the tunnel of the first. The AAA
 * identity, which means something with EAP only, makes each configuration its own.
 */
function ourAuthentication({ id, localIdentity }: DesiredConnection): SwanAuthentication & { readonly aaa_id: string } {
  return { auth: 'psk', id: identity(localIdentity), aaa_id: `fqdn:${id}` }
}

/** All actions are none: what to do about a tunnel that went is planned by us, with growing pauses, and not by charon. */
function swanChild(
  ipsec: IpsecProposal,
  { localCidrs, peerCidrs }: { localCidrs: readonly string[]; peerCidrs: readonly string[] },
): SwanChild {
  const proposals = [ipsecProposal(ipsec)]
  return {
    mode: ipsec.mode,
    // In transport mode the selectors are the two hosts, which is what charon fills in for none.
    ...(ipsec.mode === 'tunnel'
      ? { local_ts: localCidrs, remote_ts: peerCidrs }
      : // Before the policy that lets the gateway's own packets out as they are.
        { priority: transportPriority }),
    ...(ipsec.protocol === 'esp' ? { esp_proposals: proposals } : { ah_proposals: proposals }),
    life_time: ipsec.lifetimeSeconds,
    rekey_time: Math.floor(ipsec.lifetimeSeconds * 0.9),
    rand_time: Math.floor(ipsec.lifetimeSeconds * 0.05),
    start_action: 'none',
    dpd_action: 'clear',
    close_action: 'none',
  }
}

/** A combined-mode cipher brings its integrity along; the algorithm named beside it then only derives the keys. */
export function ikeProposal({ encryption, integrity, group }: Omit<IkeProposal, 'lifetimeSeconds'>): string {
  const hash = integrityAlgorithms[integrity].strongswan
  return [
    encryptionAlgorithms[encryption].strongswan,
    isCombinedMode(encryption) ? `prf${hash}` : hash,
    keyExchangeGroups[group].strongswan,
  ].join('-')
}

/** Charon loads an ESP proposal without integrity and fails with it later, so one is always named where it is needed. */
export function ipsecProposal({
  protocol,
  encryption,
  integrity,
  group,
}: Pick<IpsecProposal, 'protocol' | 'encryption' | 'integrity' | 'group'>): string {
  const encrypts = protocol === 'esp'
  return [
    ...(encrypts ? [encryptionAlgorithms[encryption].strongswan] : []),
    ...(encrypts && isCombinedMode(encryption) ? [] : [integrityAlgorithms[integrity].strongswan]),
    ...(group === undefined ? [] : [keyExchangeGroups[group].strongswan]),
  ].join('-')
}

/** Why charon could never carry this connection although it would load it, or `undefined`. */
export function untranslatable({ ikeVersion, aggressive, ike }: DesiredConnection): string | undefined {
  if (ikeVersion === 2) return aggressive ? 'aggressive mode exists in IKEv1 only' : undefined
  if (isCombinedMode(ike.encryption) || ike.encryption.endsWith('-ctr'))
    return `IKEv1 cannot be encrypted with ${ike.encryption}`
  if (ike.integrity.startsWith('aes-')) return `IKEv1 cannot be authenticated with ${ike.integrity}`
  return undefined
}
