import type { ActualHost, DesiredHost } from '../model/tunnel.ts'
import type { HostStep } from './step.ts'

/**
 * The steps from what the host carries beneath its gateways to what it should carry. Gateways nobody asks for go first:
 * they hang on networks that may go too. Those that are asked for are made by `plan`, each at its own pace.
 */
export function planHost(desired: DesiredHost, actual: ActualHost): HostStep[] {
  const wanted = new Map(desired.networks.map((network) => [network.id, network]))
  const there = new Map(actual.networks.map((network) => [network.id, network]))
  const gateways = new Set(desired.gateways)
  return [
    ...[...new Set(actual.gateways)]
      .filter((gateway) => !gateways.has(gateway))
      .map((gateway): HostStep => ({ do: 'sweep-gateway', gateway })),
    ...[...there.keys()]
      .filter((network) => !wanted.has(network))
      .map((network): HostStep => ({ do: 'remove-network', network })),
    ...[...wanted.values()]
      .filter(({ id, hostAddresses }) => !sameAddresses(hostAddresses, there.get(id)?.hostAddresses))
      .map((network): HostStep => ({ do: 'make-network', network })),
  ]
}

function sameAddresses(wanted: readonly string[], there: readonly string[] | undefined): boolean {
  if (there === undefined) return false
  const present = new Set(there)
  return present.size === new Set(wanted).size && wanted.every((address) => present.has(address))
}
