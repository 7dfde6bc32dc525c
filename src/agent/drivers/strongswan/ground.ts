/** What carries a gateway beneath its daemon: a namespace of its own, or the host itself. */
import type { GatewayId, PortId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import { gatewayFiles } from './files.ts'
import { operatorsBridge } from './footing.ts'
import { noFacts } from './host-facts.ts'
import { HostRefusal } from './host-refusal.ts'
import { makeGateway, removeNamespace, setNextHops } from './host-steps.ts'
import { deletePolicies, forgetOnHost, gatewayPolicies, legPolicies, putPolicies } from './kernel-policies.ts'
import { attach, detach } from './legs.ts'
import { attachOnHost, detachOnHost, isOnHost, makeOnHost, removeFromHost } from './own-namespace.ts'
import { readHostFacts } from './read-host-facts.ts'

export interface Ground {
  make(signal: AbortSignal): Promise<void>
  remove(signal?: AbortSignal): Promise<void>
  attach(leg: Attachment, signal: AbortSignal): Promise<void>
  detach(port: PortId, signal: AbortSignal): Promise<void>
  setNextHops(nextHops: readonly string[], signal: AbortSignal): Promise<void>
}

export interface GroundOptions {
  readonly gateway: GatewayId
  readonly stateDir: string
  /** ESP is in the kernel, which holds packets against policies. */
  readonly kernelEsp: boolean
}

/** Where the gateway is now; a namespace of its own while it is nowhere. */
export async function groundOf(options: GroundOptions): Promise<Ground> {
  return (await isOnHost(options.gateway)) ? hostGround(options) : namespaceGround(options)
}

export function namespaceGround({ gateway, stateDir, kernelEsp }: GroundOptions): Ground {
  return {
    make: async (signal) => {
      if (await isOnHost(gateway)) throw new HostRefusal(`gateway ${gateway} is the host itself until it is removed`)
      await makeGateway(gateway, signal)
    },
    remove: (signal) => removeNamespace(gateway, signal),
    attach: async (leg, signal) =>
      attach(gateway, leg, { kernelEsp, bridge: await operatorsBridge(stateDir, leg.network), signal }),
    detach: (port, signal) => detach(gateway, port, { kernelEsp, signal }),
    setNextHops: (nextHops, signal) => setNextHops(gateway, nextHops, signal),
  }
}

export function hostGround({ gateway, stateDir, kernelEsp }: GroundOptions): Ground {
  const files = gatewayFiles(stateDir, gateway)
  return {
    make: (signal) => makeOnHost(gateway, files, signal),
    remove: async (signal) => {
      const facts = kernelEsp ? await readHostFacts(gateway, files, signal) : noFacts
      if (facts.onHost) {
        await forgetOnHost(facts, signal)
        await deletePolicies(gateway, gatewayPolicies(facts), signal)
      }
      await removeFromHost(gateway, signal)
    },
    attach: async (leg, signal) => {
      await attachOnHost(gateway, files, leg, signal)
      if (kernelEsp) await putPolicies(gateway, legPolicies(leg), signal)
    },
    detach: async (port, signal) => {
      const gone = await detachOnHost(files, port, signal)
      if (kernelEsp) await deletePolicies(gateway, gone.flatMap(legPolicies), signal)
    },
    setNextHops: async (nextHops) => {
      // The plan has none for it; whatever comes, the default routes of the host are not ours.
      if (nextHops.length > 0) throw new HostRefusal('the default routes of the host itself are not changed')
    },
  }
}
