import type { GatewayId } from '../model/ids.ts'
import { type PortAddress, portConstants } from '../model/port.ts'
import { Router } from '../model/router.ts'
import { timestamp } from '../model/time.ts'
import { touchGateway } from '../store/outbox.ts'
import { insertPort, type KeptPort } from '../store/ports.ts'
import { servicesOn } from '../store/services.ts'
import type { Work } from './ports.ts'
import { refuseOverQuota } from './quotas.ts'
import { newborn, revise } from './revisions.ts'

/** What a new leg of a router is. */
export interface Leg {
  readonly id: string
  readonly device_owner: 'network:router_gateway' | 'network:router_interface'
  readonly network_id: string
  readonly addresses: readonly PortAddress[]
}

/** Gives a router a leg, and its gateway the work of it. */
export async function keepPort(work: Work, router: Router, { addresses, ...leg }: Leg): Promise<void> {
  const { tx, world } = work
  await refuseOverQuota(work, 'port', router.tenant_id)
  const port: KeptPort = {
    ...portConstants,
    ...newborn(world.clock, 0),
    ...leg,
    // Neutron's gateway ports belong to no project; ours are the router owner's to look at.
    tenant_id: router.tenant_id,
    name: '',
    device_id: router.id,
    mac_address: macAddress(world.ids.hex()),
    status: 'ACTIVE',
    admin_state_up: true,
  }
  await insertPort(tx, port, addresses)
  await revise(work, Router, router.id)
  await touchIfGateway(work, router.id)
}

/** A locally administered address in Neutron's usual range. */
function macAddress(hex: string): string {
  return `fa:16:3e:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`
}

/** A router without VPN services is no gateway yet: nothing on the host changes with it. */
export async function touchIfGateway({ tx, world }: Work, router: string): Promise<void> {
  if ((await servicesOn(tx, router)).length > 0) {
    await touchGateway(tx, router as GatewayId, timestamp(world.clock.now()))
  }
}
