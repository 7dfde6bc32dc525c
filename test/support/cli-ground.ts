import type { OpenstackShell } from './openstack-shell.ts'
import { until } from './until.ts'

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

/** A service, policies and groups under names that begin with the site's, and the command that goes on from there. */
export async function aCliConnectionGround(shell: OpenstackShell, site: string, block: number) {
  await aCliGround(shell, site, block)
  const idOf = async (command: string): Promise<string> => (await shell.json(command)).ID
  const ids = {
    service: await idOf(`vpn service create --router ${site}-router ${site}-vpn`),
    ike: await idOf(`vpn ike policy create ${site}-ike`),
    ipsec: await idOf(`vpn ipsec policy create ${site}-ipsec`),
    local: await idOf(`vpn endpoint group create --type subnet --value ${site}-subnet ${site}-here`),
    peer: await idOf(`vpn endpoint group create --type cidr --value 10.${100 + block}.0.0/24 ${site}-there`),
  }
  const parts = `--vpnservice ${site}-vpn --ikepolicy ${site}-ike --ipsecpolicy ${site}-ipsec`
  const groups = `--local-endpoint-group ${site}-here --peer-endpoint-group ${site}-there`
  const create = `vpn ipsec site connection create ${parts} ${groups} --peer-address 198.51.100.${block}`
  return { ids, create }
}

/** Waits until a connection has the status. */
export async function untilCliStatus(shell: OpenstackShell, connection: string, status: string): Promise<void> {
  await until(async () => (await shell.json(`vpn ipsec site connection show ${connection}`)).Status === status, {
    what: `status ${status}`,
  })
}

/** Waits until a deleted connection is not listed any more. */
export async function untilCliGone(shell: OpenstackShell, connection: string): Promise<void> {
  const isGone = async () => {
    const list: readonly { ID: string }[] = await shell.json('vpn ipsec site connection list')
    return list.every(({ ID }) => ID !== connection)
  }
  await until(isGone, { what: 'the end of the connection' })
}
