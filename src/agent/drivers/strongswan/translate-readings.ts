import type { SaReading } from '../../../model/traffic.ts'
import type { ChildSa, IkeSa } from '../../../vici/sas.ts'
import { isFingerprint, readConnectionName } from './translate.ts'

/**
 * The counters of an IKE SA's children. Charon's own numbers begin anew with it, so an SA is named by its SPIs as well, 64
 * bits of chance. Children that are not installed yet have none, and nothing to count.
 */
export function readingsOf(sa: IkeSa, children: readonly ChildSa[] = sa.children, isOver = false): SaReading[] {
  const connection = readConnectionName(sa.name)?.connection
  if (connection === undefined) return []
  return children.flatMap((child): SaReading[] => {
    const { name, uniqueId, spiIn, spiOut, bytesIn = 0, bytesOut = 0, packetsIn = 0, packetsOut = 0 } = child
    if (!isFingerprint(name) || spiIn === undefined || spiOut === undefined) return []
    return [
      {
        connection,
        sa: `${uniqueId}-${spiIn}-${spiOut}`,
        localCidrs: child.localTs,
        peerCidrs: child.remoteTs,
        counted: { bytesIn, bytesOut, packetsIn, packetsOut },
        isOver,
      },
    ]
  })
}
