import { createHash } from 'node:crypto'
import type { DesiredConnection } from '../model/tunnel.ts'
import { selectorSets } from './selectors.ts'

/**
 * Fingerprints tell whether a loaded connection or a live SA was made from what is desired now. They become part of the
 * names the daemon knows things by, so they are short and the same on every machine and version: eight hexadecimal
 * digits over the fields, in fixed order.
 */
function fingerprint(...fields: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 8)
}

/**
 * Of all that makes an IKE SA what it is. A change here means a new IKE SA. The secret is left out on purpose: running
 * SAs outlive a new key, which is used at the next authentication.
 */
export function ikeFingerprint(connection: DesiredConnection): string {
  const { ike } = connection
  return fingerprint(
    connection.ikeVersion,
    connection.aggressive,
    connection.localAddress,
    connection.peerAddress,
    connection.localIdentity,
    connection.peerIdentity,
    ike.encryption,
    ike.integrity,
    ike.group,
    ike.lifetimeSeconds,
    connection.deadPeerDetection.action === 'disabled' ? 0 : connection.deadPeerDetection.intervalSeconds,
    connection.deadPeerDetection.timeoutSeconds,
    // Last, and only where there was one: whoever was never restarted keeps the name it always had.
    ...(connection.restarts > 0 ? [connection.restarts] : []),
  )
}

/** One child SA a connection should have, and the fingerprint of what makes it so. */
export interface DesiredChild {
  readonly fingerprint: string
  readonly localCidrs: readonly string[]
  readonly peerCidrs: readonly string[]
}

export function desiredChildren(connection: DesiredConnection): DesiredChild[] {
  const { ipsec } = connection
  return selectorSets(connection).map(({ localCidrs, peerCidrs }) => ({
    fingerprint: fingerprint(
      ipsec.protocol,
      ipsec.mode,
      ipsec.encryption,
      ipsec.integrity,
      ipsec.group ?? null,
      ipsec.lifetimeSeconds,
      localCidrs,
      peerCidrs,
    ),
    localCidrs,
    peerCidrs,
  }))
}
