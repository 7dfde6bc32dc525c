import { addressText, parseCidr } from '../model/cidr.ts'
import type { Clock } from '../model/clock.ts'
import { defaultDomain } from '../model/identity/default-domain.ts'
import { Network, networkConstants } from '../model/network.ts'
import type { Secret } from '../model/secret.ts'
import { Subnet, subnetConstants } from '../model/subnet.ts'
import {
  changePassword,
  findRole,
  findUser,
  insertDomain,
  insertProject,
  insertRole,
  insertUser,
  isThereAnyUser,
} from '../store/identity.ts'
import { type Store, type Tx, transaction } from '../store/open.ts'
import { insert } from '../store/resources.ts'
import { giveRole } from '../store/role-assignments.ts'
import { countIdentityRevision, removeTokens } from '../store/tokens.ts'
import { reservedRoles } from './identity/implied-roles.ts'
import type { Passwords, World } from './ports.ts'
import { newborn } from './revisions.ts'

/** What new objects get their ids and times from. */
type Origin = Pick<World, 'ids' | 'clock'>

const externalCidr = '172.24.4.0/24'

/** Makes `password` the administrator's, if it is not already. @returns whether it was changed. */
export async function ensureAdminPassword(store: Store, passwords: Passwords, password: Secret): Promise<boolean> {
  const admin = await findUser(store, { name: 'admin', domain_id: defaultDomain.id })
  if (!admin || (await passwords.verify(admin.password_hash, password))) return false
  const hash = await passwords.hash(password)
  await transaction(store, async (tx) => {
    await changePassword(tx, admin.id, hash)
    await removeTokens(tx, { user_id: admin.id })
    await countIdentityRevision(tx)
  })
  return true
}

/**
 * What a new installation begins with: a domain, a project and an administrator, the three roles, and one external network to hang
 * routers on.
 * @returns whether anything was made: `false` when the installation has begun before.
 */
export async function firstStart(
  store: Store,
  origin: Origin,
  passwords: Passwords,
  password: Secret,
): Promise<boolean> {
  const { ids } = origin
  // Whoever began it may be called otherwise by now.
  if (await isThereAnyUser(store)) return false
  const password_hash = await passwords.hash(password)
  const project = ids.hex()
  const user = ids.hex()
  await transaction(store, async (tx) => {
    const domain_id = defaultDomain.id
    await insertDomain(tx, { ...defaultDomain, description: '', enabled: 1 })
    await insertProject(tx, { id: project, name: 'admin', domain_id, description: '', enabled: 1 })
    await insertUser(tx, { id: user, name: 'admin', domain_id, password_hash, default_project_id: project, enabled: 1 })
    await begin(tx, origin, project)
    const role = (await findRole(tx, 'admin'))?.id
    if (role === undefined) throw new Error('the role of administrators is missing')
    await giveRole(tx, { user, role, target: { project } })
    await giveRole(tx, { user, role, target: { domain: domain_id } })
  })
  return true
}

/**
 * What a new installation begins with when its users are those of a Keystone: the external network, which is of no project,
 * as none is known before Keystone was asked. Administrators change it, everybody may hang routers on it.
 */
export async function firstStartWithKeystone(store: Store, origin: Origin): Promise<void> {
  await transaction(store, (tx) => begin(tx, origin, ''))
}

/** Roles and the external network. That there are roles says that it was done before, and that the network may be gone by choice. */
async function begin(tx: Tx, { ids, clock }: Origin, owner: string): Promise<void> {
  if (await findRole(tx, 'admin')) return
  for (const name of reservedRoles) await insertRole(tx, ids.hex(), name)
  const network: Network = {
    id: ids.uuid(),
    tenant_id: owner,
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
    ...networkConstants,
    ...newborn(clock, 1),
  }
  await insert(tx, Network, network)
  await insert(tx, Subnet, externalSubnet(ids.uuid(), network, clock))
}

function externalSubnet(id: string, network: Network, clock: Clock): Subnet {
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
    ...subnetConstants,
    ...newborn(clock, 0),
  }
}
