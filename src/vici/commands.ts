/**
 * Charon's commands with their arguments and answers typed. Each takes the session first and how long to wait last.
 *
 * A refusal (`success = no`) rejects with `ViciCommandError`, which carries charon's text and never our arguments. Everything that
 * `ViciSession.request` rejects with comes through. Verified against 5.9.8.
 */
import { ViciCommandError, ViciEncodeError } from './errors.ts'
import { list, number, onlySection, section, sections, text } from './fields.ts'
import type { ViciInput, ViciMessage } from './message.ts'
import { type IkeSa, parseIkeSa } from './sas.ts'
import type { ViciSession, WaitOptions } from './session.ts'
import type { SwanConnection } from './swan-connection.ts'

/** What commands need of a session. */
export type Requester = Pick<ViciSession, 'request' | 'stream'>

export interface Version {
  readonly daemon: string
  /** `5.9.8` */
  readonly version: string
  readonly sysname: string
  readonly release: string
  readonly machine: string
}

export async function version(session: Requester, wait?: WaitOptions): Promise<Version> {
  const reply = await session.request('version', {}, wait)
  const word = (key: string) => text(reply, key) ?? ''
  return {
    daemon: word('daemon'),
    version: word('version'),
    sysname: word('sysname'),
    release: word('release'),
    machine: word('machine'),
  }
}

/** By priority of the jobs. */
export interface ByPriority {
  readonly critical: number
  readonly high: number
  readonly medium: number
  readonly low: number
}

export interface Stats {
  readonly uptime: {
    /** In words: "11 seconds". */
    readonly running: string
    /** In charon's local time: "Nov 23 11:45:58 2026". */
    readonly since: string
  }
  /** Threads. `idle` at 0 means that the daemon hangs: the next command will not be answered. */
  readonly workers: { readonly total: number; readonly idle: number; readonly active: ByPriority }
  readonly queues: ByPriority
  readonly scheduled: number
  readonly ikeSas: { readonly total: number; readonly halfOpen: number }
  readonly plugins: readonly string[]
}

export async function stats(session: Requester, wait?: WaitOptions): Promise<Stats> {
  const reply = await session.request('stats', {}, wait)
  const uptime = section(reply, 'uptime') ?? {}
  const workers = section(reply, 'workers') ?? {}
  const ikeSas = section(reply, 'ikesas') ?? {}
  return {
    uptime: { running: text(uptime, 'running') ?? '', since: text(uptime, 'since') ?? '' },
    workers: {
      total: number(workers, 'total') ?? 0,
      idle: number(workers, 'idle') ?? 0,
      active: byPriority(section(workers, 'active')),
    },
    queues: byPriority(section(reply, 'queues')),
    scheduled: number(reply, 'scheduled') ?? 0,
    ikeSas: { total: number(ikeSas, 'total') ?? 0, halfOpen: number(ikeSas, 'half-open') ?? 0 },
    plugins: list(reply, 'plugins'),
  }
}

function byPriority(counts: ViciMessage = {}): ByPriority {
  const count = (key: string) => number(counts, key) ?? 0
  return { critical: count('critical'), high: count('high'), medium: count('medium'), low: count('low') }
}

/** Re-reads strongswan.conf. New retransmission settings count for new IKE_SAs only; running tunnels notice nothing. */
export async function reloadSettings(session: Requester, wait?: WaitOptions): Promise<void> {
  await ask(session, 'reload-settings', {}, wait)
}

/** Plugin by algorithm by kind: `encryption` → `AES_CBC` → `openssl`. Kinds: encryption, integrity, aead, prf, dh, … */
export async function getAlgorithms(
  session: Requester,
  wait?: WaitOptions,
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const reply = await session.request('get-algorithms', {}, wait)
  return new Map(
    sections(reply).map(([kind, algorithms]) => [
      kind,
      new Map(Object.keys(algorithms).map((algorithm) => [algorithm, text(algorithms, algorithm) ?? ''])),
    ]),
  )
}

const loadableName = /^[\x20-\x7e]{1,255}$/

/**
 * Adds or replaces a connection by name. With `start_action` none it has no side effects and can be repeated at will; running SAs
 * keep their old settings. Rejects with `ViciEncodeError` for names charon cannot take (it would only say "parsing request
 * failed"), and for a connection called `up`: its `ike-updown` could not be told from the flag of that name.
 */
export async function loadConn(
  session: Requester,
  name: string,
  connection: SwanConnection,
  wait?: WaitOptions,
): Promise<void> {
  for (const its of [name, ...Object.keys(connection.children)]) {
    if (!loadableName.test(its)) {
      throw new ViciEncodeError('names of connections and children are 1 to 255 printable ASCII characters')
    }
  }
  if (name === 'up') throw new ViciEncodeError('a connection cannot be called up')
  await ask(session, 'load-conn', { [name]: connection }, wait)
}

/** Forgets a connection. Its SAs stay up: `terminate` them. Refused (`isNotFound`) when unknown. */
export async function unloadConn(session: Requester, name: string, wait?: WaitOptions): Promise<void> {
  await ask(session, 'unload-conn', { name }, wait)
}

/** Names of the connections loaded over VICI. */
export async function getConns(session: Requester, wait?: WaitOptions): Promise<readonly string[]> {
  return list(await session.request('get-conns', {}, wait), 'conns')
}

export interface SharedSecret {
  /** Ours, to replace or unload it by. Not used in the negotiation. */
  readonly id: string
  readonly type: 'IKE' | 'EAP' | 'XAUTH' | 'NTLM' | 'PPK'
  /** The key itself; text goes as its UTF-8 bytes. Charon does no decoding (`0x…`, `0s…`) here. */
  readonly data: Uint8Array | string
  /** Identities that may use it: ours and the peer's. None means any. */
  readonly owners: readonly string[]
}

/** Adds or replaces a secret by id. Used from the next authentication on; running SAs go on. */
export async function loadShared(session: Requester, secret: SharedSecret, wait?: WaitOptions): Promise<void> {
  const { id, type, data, owners } = secret
  await ask(session, 'load-shared', { id, type, data, owners }, wait)
}

/** Forgets a secret; an unknown id is fine. */
export async function unloadShared(session: Requester, id: string, wait?: WaitOptions): Promise<void> {
  await ask(session, 'unload-shared', { id }, wait)
}

/** Ids of the secrets loaded over VICI. */
export async function getShared(session: Requester, wait?: WaitOptions): Promise<readonly string[]> {
  return list(await session.request('get-shared', {}, wait), 'keys')
}

/** A loaded connection. Charon does not tell its proposals nor its keys: not enough to find out whether it is the one we mean. */
export interface ListedConnection {
  readonly name: string
  /** `IKEv1`, `IKEv2`, `IKEv1/2` */
  readonly version: string
  readonly localAddrs: readonly string[]
  readonly remoteAddrs: readonly string[]
  readonly localId: string | undefined
  readonly remoteId: string | undefined
  /** Seconds, 0 for never. */
  readonly rekeyTime: number | undefined
  readonly reauthTime: number | undefined
  /** Only when switched on. */
  readonly dpdDelay: number | undefined
  readonly dpdTimeout: number | undefined
  /** `UNIQUE_NO`, `UNIQUE_REPLACE`, … */
  readonly unique: string | undefined
  readonly children: readonly ListedChild[]
}

export interface ListedChild {
  readonly name: string
  readonly mode: string | undefined
  readonly rekeyTime: number | undefined
  readonly rekeyBytes: number | undefined
  readonly rekeyPackets: number | undefined
  /** In charon's words: what was loaded as `clear` comes back as `none`, and `restart` as `start`. */
  readonly dpdAction: string | undefined
  readonly closeAction: string | undefined
  readonly localTs: readonly string[]
  readonly remoteTs: readonly string[]
}

export async function listConns(
  session: Requester,
  filter: { readonly ike?: string } = {},
  wait?: WaitOptions,
): Promise<readonly ListedConnection[]> {
  const replies = await session.stream('list-conns', 'list-conn', { ike: filter.ike }, wait)
  return replies.map((reply) => {
    const [name, conn] = onlySection(reply, 'list-conn')
    return {
      name,
      version: text(conn, 'version') ?? '',
      localAddrs: list(conn, 'local_addrs'),
      remoteAddrs: list(conn, 'remote_addrs'),
      localId: text(section(conn, 'local-1') ?? {}, 'id'),
      remoteId: text(section(conn, 'remote-1') ?? {}, 'id'),
      rekeyTime: number(conn, 'rekey_time'),
      reauthTime: number(conn, 'reauth_time'),
      dpdDelay: number(conn, 'dpd_delay'),
      dpdTimeout: number(conn, 'dpd_timeout'),
      unique: text(conn, 'unique'),
      children: sections(section(conn, 'children')).map(([childName, child]) => ({
        name: childName,
        mode: text(child, 'mode'),
        rekeyTime: number(child, 'rekey_time'),
        rekeyBytes: number(child, 'rekey_bytes'),
        rekeyPackets: number(child, 'rekey_packets'),
        dpdAction: text(child, 'dpd_action'),
        closeAction: text(child, 'close_action'),
        localTs: list(child, 'local-ts'),
        remoteTs: list(child, 'remote-ts'),
      })),
    }
  })
}

/** Names are of configurations, ids are `uniqueId`s. */
export interface SaFilter {
  readonly ike?: string
  readonly ikeId?: number
  readonly child?: string
  readonly childId?: number
}

/**
 * The IKE_SAs and their CHILD_SAs. Never blocks on one that is busy (`noblock`); such a one is left out of this answer.
 * Filtering by child leaves IKE_SAs in the answer that have no such child.
 */
export async function listSas(
  session: Requester,
  filter: SaFilter = {},
  wait?: WaitOptions,
): Promise<readonly IkeSa[]> {
  const replies = await session.stream('list-sas', 'list-sa', { noblock: true, ...saSelector(filter) }, wait)
  return replies.map(parseIkeSa)
}

/** Milliseconds charon may take to report a result: -1 for none, it answers at once and events tell. 0 (for ever) is refused. */
interface ResultOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

export interface InitiateOptions extends ResultOptions {
  /** Without one only the IKE_SA is begun (needs `childless`). */
  readonly child?: string
  readonly ike?: string
  /** Refuse while the daemon's limits on half-open IKE_SAs are reached. */
  readonly initLimits?: boolean
}

/**
 * Begins a tunnel, by default without waiting for it: a waiting one holds a thread of charon's, of which there are few. One that ran
 * into its `timeoutMs` is refused but goes on in the background. Initiating an installed child fails: look first.
 */
export async function initiate(session: Requester, options: InitiateOptions): Promise<void> {
  const { child, ike, initLimits, timeoutMs = -1 } = options
  await ask(session, 'initiate', { child, ike, timeout: timeoutMs, 'init-limits': initLimits }, waitFor(options))
}

export interface TerminateOptions extends SaFilter, ResultOptions {
  /** Do not wait for the peer's consent. */
  readonly force?: boolean
}

/** How many SAs the selector matched, and how many of them are closed (or, without waiting, asked to). */
export interface Terminated {
  readonly matches: number
  readonly terminated: number
}

/** Closes the CHILD_SAs selected, or the IKE_SAs when no child is named. Refused (`isNotFound`) when nothing matches. */
export async function terminate(session: Requester, options: TerminateOptions): Promise<Terminated> {
  const { force, timeoutMs = -1 } = options
  const reply = await ask(session, 'terminate', { ...saSelector(options), force, timeout: timeoutMs }, waitFor(options))
  return { matches: number(reply, 'matches') ?? 0, terminated: number(reply, 'terminated') ?? 0 }
}

export interface RekeyOptions extends SaFilter {
  /** Of an IKEv2 IKE_SA: make a new one with authentication, so that a new key is tried. */
  readonly reauth?: boolean
}

/**
 * Rekeys the SAs selected and returns how many. Does not wait; changed settings of a child are *not* picked up.
 * Refused (`isNotFound`) when nothing matches.
 */
export async function rekey(session: Requester, options: RekeyOptions, wait?: WaitOptions): Promise<number> {
  const reply = await ask(session, 'rekey', { ...saSelector(options), reauth: options.reauth }, wait)
  return number(reply, 'matches') ?? 0
}

/** IKE messages and the like, by connection name and name of the counter (`ike-auth-in-req`). Plain numbers, exact to 2^53 - 1. */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, number>>

/** Of one connection, or of all that have any. Needs charon's `counters` plugin; refused (`isNotFound`) for a name without any. */
export async function getCounters(session: Requester, name?: string, wait?: WaitOptions): Promise<Counters> {
  const reply = await ask(session, 'get-counters', name === undefined ? { all: true } : { name }, wait)
  return new Map(
    sections(section(reply, 'counters')).map(([connection, counters]) => [
      connection,
      new Map(Object.keys(counters).map((counter) => [counter, number(counters, counter) ?? 0])),
    ]),
  )
}

/** Of one connection, or of all. An unknown name is fine. */
export async function resetCounters(session: Requester, name?: string, wait?: WaitOptions): Promise<void> {
  await ask(session, 'reset-counters', name === undefined ? { all: true } : { name }, wait)
}

async function ask(
  session: Requester,
  command: string,
  message: ViciInput,
  wait: WaitOptions | undefined,
): Promise<ViciMessage> {
  const reply = await session.request(command, message, wait)
  if (text(reply, 'success') !== 'yes') {
    throw new ViciCommandError(command, text(reply, 'errmsg') ?? 'no reason given')
  }
  return reply
}

function saSelector({ ike, ikeId, child, childId }: SaFilter): ViciInput {
  return { ike, 'ike-id': ikeId, child, 'child-id': childId }
}

/** Charon's own limit first, so that it is charon that says what happened and the session survives. */
const MARGIN_MS = 10_000

function waitFor({ timeoutMs = -1, signal }: ResultOptions): WaitOptions {
  if (timeoutMs === -1) return { signal }
  if (!(timeoutMs > 0)) throw new RangeError('timeoutMs is -1 or above 0: charon would take 0 for ever')
  return { timeoutMs: timeoutMs + MARGIN_MS, signal }
}
