import type { Attribute } from './attribute.ts'
import type { Quotas } from './quota.ts'

/** What is asked of a resource; decides which attributes an answer shows. */
export type Purpose = 'create' | 'show' | 'list' | 'update'

export type AlgorithmKind = 'encryption' | 'integrity' | 'group'

/**
 * Everything in which one flavour of the API differs from another, as far as values and rules go. A difference is a datum
 * here; nobody asks for a flavour's name. Each switch names the row of the specification it comes from.
 */
export interface Dialect {
  readonly name: 'otc' | 'openstack'
  /** The flavour's word for a canonical algorithm. What it has no word for is shown as it is, never dropped (§4). */
  spell(kind: AlgorithmKind, canonical: string): string
  /** The canonical algorithm, or `undefined` for a word this flavour does not know. */
  read(kind: AlgorithmKind, spelled: string): string | undefined
  /** Every word that `read` knows. */
  words(kind: AlgorithmKind): readonly string[]
  /** Names under which the owner may be given, and names under which it is shown (`flavours.md` §2 row 1). */
  readonly owner: { readonly accepts: readonly OwnerKey[]; readonly shows: readonly OwnerKey[] }
  /** Laid over the attribute tables, by singular name of the resource: other limits, or `undefined` for "unknown here". */
  readonly changes: Readonly<Record<string, Readonly<Record<string, Attribute<unknown, unknown> | undefined>>>>
  /** Row 29: the parts of the API beyond what all flavours have. */
  readonly features: readonly Feature[]
  readonly quirks: Quirks
}

/** Parts of the API that a flavour has or has not; an operation names the one it belongs to. */
export type Feature = 'tags' | 'vpcs'

export type OwnerKey = 'tenant_id' | 'project_id'

export interface Quirks {
  /** Row 8: the peer's identity is its address, whatever `peer_id` says. */
  readonly peerIdentityIsAddress: boolean
  /** Row 10: only an administrator may describe a connection. */
  readonly descriptionReserved: boolean
  /** Rows 16–18: endpoint groups always, `peer_cidrs` never, also when the service has a subnet. */
  readonly groupsAlways: boolean
  /** Row 38: a network that has one subnet may be named in its place in an endpoint group. */
  readonly networksAreEndpoints: boolean
  /** Row 20: a router carries one VPN service. */
  readonly oneServicePerRouter: boolean
  /** Row 22: policies may be changed while connections use them. */
  readonly policiesChangeInUse: boolean
  /** Row 24: how many a project may have where nothing was set for it; −1: any number. */
  readonly quotas: Quotas
  /** `semantics.md` §2.1, §2.4: a quota is looked at when all else is in order, and not before the rules (§1 step 9). */
  readonly quotasAfterRules: boolean
  /** Row 24: how many subnets one side of a connection may have. */
  readonly subnetsPerSide: number
  /** Row 25: overlapping and repeated networks and peers are refused. */
  readonly refusesOverlap: boolean
  /** Row 27: a name given as peer address is resolved when asked and stored as the address. */
  readonly resolvesPeerNames: boolean
  /** `classic-api.md` §3.1: the answer to a PUT has `lifetime.value` in the JSON type it was sent in. */
  readonly echoesLifetime: boolean
  /** `semantics.md` §6.2: a change is PENDING_UPDATE, a deletion PENDING_DELETE, until the gateway has carried it out. */
  readonly showsPendingStates: boolean
}
