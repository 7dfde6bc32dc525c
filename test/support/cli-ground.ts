import type { OpenstackShell } from './openstack-shell.ts'

/**
 * What VPN objects stand on, made by `openstack` commands: a network with a subnet, and a router with a gateway in the
 * external network and an interface in the subnet. The names begin with `site`.
 * @param block second number of the addresses: 10.<n>.0.0/24
 */
export async function aCliGround(shell: OpenstackShell, site: string, block: number): Promise<void> {
  await shell.json(`network create ${site}-net`)
  await shell.json(`subnet create --network ${site}-net --subnet-range 10.${block}.0.0/24 ${site}-subnet`)
  await shell.json(`router create ${site}-router`)
  await shell.done(`router set --external-gateway public ${site}-router`)
  await shell.done(`router add subnet ${site}-router ${site}-subnet`)
}
