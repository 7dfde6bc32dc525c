import type { ActualHost, ActualNetwork, DesiredHost, DesiredNetwork } from '../model/tunnel.ts'
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
      .filter((network) => !stands(network, there.get(network.id)))
      .map((network): HostStep => ({ do: 'make-network', network })),
  ]
}

function stands(wanted: DesiredNetwork, there: ActualNetwork | undefined): boolean {
  return (
    there !== undefined &&
    there.isBroken === undefined &&
    wanted.segment?.physicalNetwork === there.segment?.physicalNetwork &&
    wanted.segment?.vlan === there.segment?.vlan &&
    sameAddresses(wanted.hostAddresses, there.hostAddresses)
  )
}

function sameAddresses(wanted: readonly string[], there: readonly string[]): boolean {
  const present = new Set(there)
  return present.size === new Set(wanted).size && wanted.every((address) => present.has(address))
}
