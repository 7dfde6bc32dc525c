import type { Generated } from 'kysely'

/**
 * The tables, in one place, with the columns that statements name. Column names are attribute names (`:` becomes `_`,
 * members of an object follow it: `dpd_interval`). Booleans are 0 and 1, lists and small objects JSON text, times texts,
 * so that SQLite and PostgreSQL get the same statements. What exists is the migrations' word: a test compares the
 * attribute tables with a migrated database.
 */
export interface Tables {
  meta: MetaTable
  domain: DomainTable
  project: ProjectTable
  user: UserTable
  role: RoleTable
  role_assignment: RoleAssignmentTable
  domain_role_assignment: DomainRoleAssignmentTable
  application_credential: ApplicationCredentialTable
  token: TokenTable
  access_key: AccessKeyTable
  used_signature: UsedSignatureTable
  region: RegionTable
  service: ServiceTable
  endpoint: EndpointTable
  identity_revision: IdentityRevisionTable
  network: NetworkTable
  subnet: SubnetTable
  router: RouterTable
  port: PortTable
  ip_allocation: IpAllocationTable
  vpnservice: VpnServiceTable
  ikepolicy: IkePolicyTable
  ipsecpolicy: IpsecPolicyTable
  endpoint_group: EndpointGroupTable
  ipsec_site_connection: IpsecConnectionTable
  connection_tag: ConnectionTagTable
  object_tag: ObjectTagTable
  quota: QuotaTable
  gateway: GatewayTable
  outbox: OutboxTable
  audit_event: AuditEventTable
  connection_verdict: ConnectionVerdictTable
  connection_event: ConnectionEventTable
  tunnel_snapshot: TunnelSnapshotTable
  traffic_total: TrafficTotalTable
  traffic_sample: TrafficSampleTable
}

/** Every table with its primary key, each after those it refers to: the order in which rows can be copied. */
export const tablesInOrder: { readonly [Name in keyof Tables]: readonly (keyof Tables[Name] & string)[] } = {
  meta: ['name'],
  domain: ['id'],
  project: ['id'],
  user: ['id'],
  role: ['id'],
  role_assignment: ['user_id', 'project_id', 'role_id'],
  domain_role_assignment: ['user_id', 'domain_id', 'role_id'],
  application_credential: ['id'],
  token: ['hash'],
  access_key: ['id'],
  used_signature: ['signature'],
  region: ['id'],
  service: ['id'],
  endpoint: ['id'],
  identity_revision: ['id'],
  network: ['id'],
  subnet: ['id'],
  router: ['id'],
  port: ['id'],
  ip_allocation: ['network_id', 'ip_address'],
  vpnservice: ['id'],
  ikepolicy: ['id'],
  ipsecpolicy: ['id'],
  endpoint_group: ['id'],
  ipsec_site_connection: ['id'],
  connection_tag: ['connection_id', 'key'],
  object_tag: ['object_id', 'tag'],
  connection_verdict: ['connection_id'],
  connection_event: ['id'],
  quota: ['tenant_id', 'resource'],
  audit_event: ['id'],
  traffic_total: ['connection_id'],
  traffic_sample: ['connection_id', 'at'],
  gateway: ['router_id'],
  tunnel_snapshot: ['router_id'],
  outbox: ['seq'],
}

interface Owned {
  id: string
  tenant_id: string
  name: string
}

interface Described extends Owned {
  description: string
}

interface Counted {
  /** How often the row was changed. */
  revision_number: Generated<number>
}

export interface MetaTable {
  name: string
  value: string
}

export interface DomainTable {
  id: string
  name: string
  description: string
  enabled: number
}

export interface ProjectTable {
  id: string
  name: string
  domain_id: string
  description: string
  enabled: number
  /** JSON. */
  tags: Generated<string>
}

export interface UserTable {
  id: string
  name: string
  domain_id: string
  /** Empty: nobody can log in with a password. */
  password_hash: string
  default_project_id: string | null
  enabled: number
  description: Generated<string>
  email: Generated<string | null>
}

export interface RoleTable {
  id: string
  name: string
  description: Generated<string>
}

export interface RoleAssignmentTable {
  user_id: string
  project_id: string
  role_id: string
}

export interface DomainRoleAssignmentTable {
  user_id: string
  domain_id: string
  role_id: string
}

export interface ApplicationCredentialTable {
  id: string
  user_id: string
  project_id: string
  name: string
  description: string
  secret_hash: string
  /** JSON: ids. Those that the user still has are what a log-in gives. */
  roles: string
  expires_at: string | null
  /** 1: what logs in with it may make and delete application credentials. */
  unrestricted: number
}

/** Tokens are kept by their SHA-256: whoever reads the table cannot use them. At most one scope is not null. */
export interface TokenTable {
  hash: string
  audit_id: string
  user_id: string
  project_id: string | null
  domain_id: string | null
  /** JSON: how the user logged in. */
  methods: string
  application_credential_id: string | null
  issued_at: string
  expires_at: string
}

/** What requests are signed with. The signature can be checked only with the secret itself, so it is sealed, not hashed. */
export interface AccessKeyTable {
  /** Hexadecimal SHA-256 of `access`, as Keystone makes it. */
  id: string
  access: string
  user_id: string
  /** Where a request is meant that names no project; null: the user's default project. */
  project_id: string | null
  /** Sealed. */
  secret: string
  description: string
  /** `active` or `inactive`. */
  status: string
  created_at: string
}

/** Signatures of writes whose date would still be accepted. */
export interface UsedSignatureTable {
  signature: string
  expires_at: string
}

export interface RegionTable {
  id: string
  description: string
  parent_region_id: string | null
}

/** What an administrator added to the catalog; what is built in is in no table. */
export interface ServiceTable {
  id: string
  type: string
  name: string
  description: string
  enabled: number
}

export interface EndpointTable {
  id: string
  /** A service of this table, or a built-in one. */
  service_id: string
  region_id: string | null
  interface: string
  url: string
  enabled: number
}

/** One row: how often anything was changed that a token speaks of. */
export interface IdentityRevisionTable {
  id: number
  revision: number
}

/** What networks, subnets, routers and ports have in common. */
interface Revised {
  created_at: string
  updated_at: string
  revision_number: number
}

export interface NetworkTable extends Described, Revised {
  admin_state_up: number
  status: string
  shared: number
  router_external: number
  mtu: number
  provider_network_type: string
  provider_physical_network: string | null
  provider_segmentation_id: number | null
}

export interface SubnetTable extends Described, Revised {
  network_id: string
  ip_version: number
  cidr: string
  /** JSON: an address or null. */
  gateway_ip: string
  enable_dhcp: number
  allocation_pools: string
  dns_nameservers: string
}

export interface RouterTable extends Described, Revised {
  admin_state_up: number
  status: string
  external_gateway_info: string
  routes: string
}

export interface PortTable extends Owned, Revised {
  network_id: string
  device_id: string
  device_owner: string
  mac_address: string
  status: string
  admin_state_up: number
}

/** Who holds which address; the primary key is what keeps one from being given twice. */
export interface IpAllocationTable {
  network_id: string
  ip_address: string
  subnet_id: string
  port_id: string
}

export interface VpnServiceTable extends Described, Counted {
  subnet_id: string | null
  router_id: string
  admin_state_up: number
  flavor_id: string | null
  external_v4_ip: string | null
  external_v6_ip: string | null
  status: string
  created_at: string
  revision: number
}

interface PolicyTable extends Described, Counted {
  auth_algorithm: string
  encryption_algorithm: string
  lifetime_units: string
  lifetime_value: number
  pfs: string
}

export interface IkePolicyTable extends PolicyTable {
  phase1_negotiation_mode: string
  ike_version: string
}

export interface IpsecPolicyTable extends PolicyTable {
  transform_protocol: string
  encapsulation_mode: string
}

export interface EndpointGroupTable extends Described, Counted {
  type: string
  endpoints: string
}

export interface IpsecConnectionTable extends Described, Counted {
  local_id: string
  peer_address: string
  peer_id: string
  peer_cidrs: string
  local_ep_group_id: string | null
  peer_ep_group_id: string | null
  mtu: number
  initiator: string
  auth_mode: string
  /** Sealed. */
  psk: string
  dpd_action: string
  dpd_interval: number
  dpd_timeout: number
  admin_state_up: number
  status: string
  vpnservice_id: string
  ikepolicy_id: string
  ipsecpolicy_id: string
  created_at: string
  /** Revision of the gateway at the last change: an older report says nothing about this row. */
  revision: number
  /** Grows with each new key. */
  psk_version: number
  /** How often new tunnels were asked for. */
  restarts: Generated<number>
  /** 1: the peer's identity is its address, whatever `peer_id` says. */
  peer_identity_is_address: number
  /** Why the machine would not take the connection; empty otherwise. */
  problem: string
  /** The policies as this connection took them, JSON: they may change under it and count at its next change only. */
  ike_proposal: string
  ipsec_proposal: string
}

/** Gone with their connection. */
export interface ConnectionTagTable {
  connection_id: string
  key: string
  value: string
}

/** Of networks, subnets, routers and ports; gone with them. */
export interface ObjectTagTable {
  object_id: string
  tag: string
}

/** What is wrong with a connection, JSON; no row: nothing that is known. Gone with its connection. */
export interface ConnectionVerdictTable {
  connection_id: string
  verdict: string
}

/** What happened to a connection. Gone with it. */
export interface ConnectionEventTable {
  id: string
  tenant_id: string
  connection_id: string
  time: string
  kind: string
  status: string
  code: string | null
  field: string | null
  message: string
}

/** How much of a resource a project may have, where that was set for it; its flavour's default holds otherwise. */
export interface QuotaTable {
  tenant_id: string
  resource: string
  maximum: number
}

/** What the server knows of a gateway: one row for each router that carries, or just carried, VPN services. */
export interface GatewayTable {
  router_id: string
  revision: number
  /** Revision of the last report. */
  reached: number
  problem: string
}

/** The live SAs of a gateway, JSON, as they last were told. */
export interface TunnelSnapshotTable {
  router_id: string
  observed_at: string
  tunnels: string
}

/** Changes in the order of their commits; the agent's wake-up reads here what to look at. */
export interface OutboxTable {
  seq: Generated<number>
  /** A gateway's id, or `host`. */
  key: string
  at: string
}

/** One write each, whatever came of it. Rows are added and, when their time is over, removed; never changed. */
export interface AuditEventTable {
  id: string
  tenant_id: string
  time: string
  request_id: string
  user_id: string | null
  user_name: string | null
  roles: string
  action: string
  resource_type: string
  resource_id: string | null
  outcome: string
  status: number
  problem: string | null
  message: string | null
  source_address: string
  forwarded_for: string | null
  user_agent: string | null
  flavour: string | null
  changes: string
}

/** Counters as decimal text. */
interface TrafficColumns {
  bytes_in: string
  bytes_out: string
  packets_in: string
  packets_out: string
}

/** What went through a connection's tunnels since it is counted. Gone with the connection. */
export interface TrafficTotalTable extends TrafficColumns {
  connection_id: string
  /** JSON: traffic by pair of networks, and what the totals contain of each child SA (`model/traffic-account.ts`). */
  pairs: string
  counted: string
  /** When it was first and last counted. */
  since: string
  counted_at: string
}

/** The totals as they stood at the end of a stretch of time. */
export interface TrafficSampleTable extends TrafficColumns {
  connection_id: string
  /** Beginning of the stretch, to the second, in UTC. */
  at: string
  /** Seconds: of so long a stretch it is the only sample. */
  resolution: number
}
