import { addressText, parseCidr } from '../model/cidr.ts'
import type { Ids } from '../model/ids.ts'
import { Network } from '../model/network.ts'
import type { Secret } from '../model/secret.ts'
import { Subnet } from '../model/subnet.ts'
import { assignRole, changePassword, findUser, insertProject, insertRole, insertUser } from '../store/identity.ts'
import { type Store, transaction } from '../store/open.ts'
import { insert } from '../store/resources.ts'
import type { Passwords } from './ports.ts'
import { defaultDomain } from './tokens.ts'

const externalCidr = '172.24.4.0/24'

/** Makes `password` the administrator's, if it is not already. @returns whether it was changed. */
export async function ensureAdminPassword(store: Store, passwords: Passwords, password: Secret): Promise<boolean> {
  const admin = await findUser(store, { name: 'admin', domain_id: defaultDomain.id })
  if (!admin || (await passwords.verify(admin.password_hash, password))) return false
  const hash = await passwords.hash(password)
  await transaction(store, (tx) => changePassword(tx, admin.id, hash))
  return true
}

/**
 * What a new installation begins with: a project and an administrator, the three roles, and one external network to hang
 * routers on.
 * @returns whether anything was made: `false` when the installation has begun before.
 */
export async function firstStart(store: Store, ids: Ids, passwords: Passwords, password: Secret): Promise<boolean> {
  const begun = await findUser(store, { name: 'admin', domain_id: defaultDomain.id })
  if (begun) return false
  const password_hash = await passwords.hash(password)
  const project = ids.hex()
  const user = ids.hex()
  await transaction(store, async (tx) => {
    const domain_id = defaultDomain.id
    await insertProject(tx, { id: project, name: 'admin', domain_id, description: '', enabled: 1 })
    await insertUser(tx, { id: user, name: 'admin', domain_id, password_hash, default_project_id: project, enabled: 1 })
    for (const name of ['admin', 'member', 'reader']) {
      const role = ids.hex()
      await insertRole(tx, role, name)
      if (name !== 'reader') await assignRole(tx, user, project, role)
    }
    const network: Network = {
      id: ids.uuid(),
      tenant_id: project,
      name: 'public',
      description: 'External network: gateways get their outer addresses here',
      admin_state_up: true,
      status: 'ACTIVE',
      shared: false,
      'router:external': true,
      subnets: [],
      mtu: 1500,
      'provider:network_type': 'local',
      'provider:physical_network': null,
      'provider:segmentation_id': null,
    }
    await insert(tx, Network, network)
    await insert(tx, Subnet, externalSubnet(ids.uuid(), network))
  })
  return true
}

function externalSubnet(id: string, network: Network): Subnet {
  const cidr = parseCidr(externalCidr)
  if (!cidr) throw new Error(`${externalCidr} is no network`)
  const address = (number: bigint) => addressText(number, cidr.version)
  return {
    id,
    tenant_id: network.tenant_id,
    name: 'public',
    description: '',
    network_id: network.id,
    ip_version: 4,
    cidr: externalCidr,
    gateway_ip: address(cidr.first + 1n),
    enable_dhcp: false,
    allocation_pools: [{ start: address(cidr.first + 2n), end: address(cidr.last - 1n) }],
    dns_nameservers: [],
    host_routes: [],
  }
}
