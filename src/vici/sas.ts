/**
 * IKE_SAs and CHILD_SAs as charon lists them. Keys checked against 5.9.8 by hand and against strongSwan `vici_query.c`.
 *
 * Many values exist in some states only: algorithms come with the proposal, SPIs and counters with installation, `established`
 * only while ESTABLISHED. What is not known is `undefined`, never zero.
 */
import { flag, list, number, onlySection, required, section, sections, text } from './fields.ts'
import type { ViciMessage } from './message.ts'

/** Other words are possible from versions we do not know. */
export type IkeState =
  | 'CREATED'
  | 'CONNECTING'
  | 'ESTABLISHED'
  | 'PASSIVE'
  | 'REKEYING'
  | 'REKEYED'
  | 'DELETING'
  | 'DESTROYING'
  | (string & {})

/**
 * Only INSTALLED, REKEYING and REKEYED carry traffic. After a rekey the old CHILD_SA stays for some seconds as REKEYED or DELETED
 * beside the new one of the same name; and the `child-updown` (down) of a CHILD_SA that dies with its IKE_SA still says INSTALLED.
 */
export type ChildState =
  | 'CREATED'
  | 'ROUTED'
  | 'INSTALLING'
  | 'INSTALLED'
  | 'UPDATING'
  | 'REKEYING'
  | 'REKEYED'
  | 'RETRYING'
  | 'DELETING'
  | 'DELETED'
  | 'DESTROYING'
  | (string & {})

/** Algorithms as charon names them (`AES_CBC`, `HMAC_SHA2_256_128`, `MODP_2048`), key sizes in bits. */
export interface SaAlgorithms {
  readonly encrAlg: string | undefined
  readonly encrKeysize: number | undefined
  /** Absent with AEAD ciphers. */
  readonly integAlg: string | undefined
  readonly integKeysize: number | undefined
  readonly prfAlg: string | undefined
  /** Of a CHILD_SA: the group of its own exchange. The first child of an IKEv2 IKE_SA has none, whatever was proposed. */
  readonly dhGroup: string | undefined
}

export interface IkeSa extends SaAlgorithms {
  /** Name of the connection it was made from. */
  readonly name: string
  /** Unique within this charon since it started. A rekeyed IKE_SA gets a new one. */
  readonly uniqueId: number
  readonly version: number
  readonly state: IkeState
  readonly localHost: string | undefined
  readonly localPort: number | undefined
  readonly localId: string | undefined
  /** `%any` while the peer's name is not resolved. */
  readonly remoteHost: string | undefined
  readonly remotePort: number | undefined
  readonly remoteId: string | undefined
  /** Whether we began it. */
  readonly isInitiator: boolean
  /** 16 hexadecimal digits; the responder's are zeros before the first answer. */
  readonly initiatorSpi: string | undefined
  readonly responderSpi: string | undefined
  /** With user-space ESP charon fakes a NAT, so `natRemote` and `natAny` are set without there being one. */
  readonly natLocal: boolean
  readonly natRemote: boolean
  readonly natFake: boolean
  readonly natAny: boolean
  /** Seconds since it was established. */
  readonly established: number | undefined
  /** Seconds from now, negative when overdue. */
  readonly rekeyTime: number | undefined
  readonly reauthTime: number | undefined
  readonly localVips: readonly string[]
  readonly remoteVips: readonly string[]
  /** What it has still to do, is doing, and is answering: `IKE_AUTH`, `CHILD_CREATE`, `IKE_REKEY`, … */
  readonly tasksQueued: readonly string[]
  readonly tasksActive: readonly string[]
  readonly tasksPassive: readonly string[]
  /** Empty in `ike-updown`, only the affected one in `child-updown`. */
  readonly children: readonly ChildSa[]
}

export interface ChildSa extends SaAlgorithms {
  /** Name of the child configuration. */
  readonly name: string
  /** Unique within this charon since it started. A rekeyed CHILD_SA gets a new one. */
  readonly uniqueId: number
  /** Stays the same over rekeys. */
  readonly reqid: number | undefined
  readonly state: ChildState
  /** `TUNNEL`, `TRANSPORT`, … */
  readonly mode: string | undefined
  /** `ESP` or `AH`. */
  readonly protocol: string | undefined
  readonly isUdpEncapsulated: boolean
  /** 8 hexadecimal digits. */
  readonly spiIn: string | undefined
  readonly spiOut: string | undefined
  readonly hasExtendedSequenceNumbers: boolean
  /** Counters are plain numbers, exact up to 2^53 - 1 (9 PB) and staying there. They start again with each rekey. */
  readonly bytesIn: number | undefined
  readonly packetsIn: number | undefined
  readonly bytesOut: number | undefined
  readonly packetsOut: number | undefined
  /** Seconds since the last packet; `undefined` before the first. */
  readonly useIn: number | undefined
  readonly useOut: number | undefined
  /** Seconds from now, negative when overdue. */
  readonly rekeyTime: number | undefined
  readonly lifeTime: number | undefined
  /** Seconds since installation. */
  readonly installTime: number | undefined
  /** `10.1.0.0/24`, with protocol and port behind it where limited: `10.1.0.0/24[tcp/http]`. */
  readonly localTs: readonly string[]
  readonly remoteTs: readonly string[]
}

/** One `list-sa` event. Throws `ViciError` where there is no IKE_SA in it. */
export function parseIkeSa(message: ViciMessage): IkeSa {
  const [name, content] = onlySection(message, 'an IKE_SA')
  return ikeSaOf(name, content)
}

export function ikeSaOf(name: string, ike: ViciMessage): IkeSa {
  return {
    name,
    uniqueId: required(number(ike, 'uniqueid'), 'uniqueid of an IKE_SA'),
    version: number(ike, 'version') ?? 0,
    state: required(text(ike, 'state'), 'state of an IKE_SA'),
    localHost: text(ike, 'local-host'),
    localPort: number(ike, 'local-port'),
    localId: text(ike, 'local-id'),
    remoteHost: text(ike, 'remote-host'),
    remotePort: number(ike, 'remote-port'),
    remoteId: text(ike, 'remote-id'),
    isInitiator: flag(ike, 'initiator'),
    initiatorSpi: text(ike, 'initiator-spi'),
    responderSpi: text(ike, 'responder-spi'),
    natLocal: flag(ike, 'nat-local'),
    natRemote: flag(ike, 'nat-remote'),
    natFake: flag(ike, 'nat-fake'),
    natAny: flag(ike, 'nat-any'),
    ...algorithmsOf(ike),
    established: number(ike, 'established'),
    rekeyTime: number(ike, 'rekey-time'),
    reauthTime: number(ike, 'reauth-time'),
    localVips: list(ike, 'local-vips'),
    remoteVips: list(ike, 'remote-vips'),
    tasksQueued: list(ike, 'tasks-queued'),
    tasksActive: list(ike, 'tasks-active'),
    tasksPassive: list(ike, 'tasks-passive'),
    // In `child-rekey` a child's section holds `old` and `new` instead of a state: see `parseChildRekey`.
    children: sections(section(ike, 'child-sas'))
      .filter(([, child]) => text(child, 'state') !== undefined)
      .map(([key, child]) => childSaOf(key, child)),
  }
}

/** `key` is the name of the section, `net-4`: the child's name and unique id. Only very old charons have no `name` inside. */
export function childSaOf(key: string, child: ViciMessage): ChildSa {
  return {
    name: text(child, 'name') ?? key,
    uniqueId: required(number(child, 'uniqueid'), 'uniqueid of a CHILD_SA'),
    reqid: number(child, 'reqid'),
    state: required(text(child, 'state'), 'state of a CHILD_SA'),
    mode: text(child, 'mode'),
    protocol: text(child, 'protocol'),
    isUdpEncapsulated: flag(child, 'encap'),
    spiIn: text(child, 'spi-in'),
    spiOut: text(child, 'spi-out'),
    ...algorithmsOf(child),
    hasExtendedSequenceNumbers: text(child, 'esn') === '1',
    bytesIn: number(child, 'bytes-in'),
    packetsIn: number(child, 'packets-in'),
    bytesOut: number(child, 'bytes-out'),
    packetsOut: number(child, 'packets-out'),
    useIn: number(child, 'use-in'),
    useOut: number(child, 'use-out'),
    rekeyTime: number(child, 'rekey-time'),
    lifeTime: number(child, 'life-time'),
    installTime: number(child, 'install-time'),
    localTs: list(child, 'local-ts'),
    remoteTs: list(child, 'remote-ts'),
  }
}

function algorithmsOf(sa: ViciMessage): SaAlgorithms {
  return {
    encrAlg: text(sa, 'encr-alg'),
    encrKeysize: number(sa, 'encr-keysize'),
    integAlg: text(sa, 'integ-alg'),
    integKeysize: number(sa, 'integ-keysize'),
    prfAlg: text(sa, 'prf-alg'),
    dhGroup: text(sa, 'dh-group'),
  }
}
