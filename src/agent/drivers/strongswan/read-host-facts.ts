import type { GatewayId } from '../../../model/ids.ts'
import type { GatewayFiles } from './files.ts'
import { type HostFacts, hostFacts, noFacts, readRawFacts } from './host-facts.ts'
import { hostFactsOnHost, isOnHost } from './own-namespace.ts'

/** What the gateway is on the host now, in a namespace of its own or as the host itself. */
export async function readHostFacts(gateway: GatewayId, files: GatewayFiles, signal?: AbortSignal): Promise<HostFacts> {
  const [raw, onHost] = await Promise.all([readRawFacts(gateway, signal), isOnHost(gateway)])
  if (raw === undefined) return noFacts
  return onHost ? hostFactsOnHost(files, raw) : hostFacts(gateway, raw)
}
