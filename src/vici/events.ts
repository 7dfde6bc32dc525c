/**
 * What the events say. All of them are hints to look again: one may be dropped, and not every change has one (a silent peer and a
 * wrong key in IKEv1 main mode have none). Spellings are those of 5.9.8 on the wire; the VICI README differs in places.
 */
import { flag, number, onlySection, required, section, sections, text } from './fields.ts'
import type { ViciMessage } from './message.ts'
import { type ChildSa, childSaOf, type IkeSa, ikeSaOf, parseIkeSa } from './sas.ts'

/** `ike-updown`. Down also comes for one that never was up (state CONNECTING): wrong key, wrong proposal. No children in it. */
export interface IkeUpDown {
  readonly isUp: boolean
  readonly ike: IkeSa
}

/** `child-updown`. Not raised for a rekey. */
export interface ChildUpDown {
  readonly isUp: boolean
  /** With the affected CHILD_SA as its only child. */
  readonly ike: IkeSa
  readonly child: ChildSa
}

/** `ike-rekey`: the unique id changes, the children move over. */
export interface IkeRekey {
  readonly old: IkeSa
  readonly new: IkeSa
}

/** `child-rekey`: `old` has the last counters of the CHILD_SA that is going. */
export interface ChildRekey {
  /** Without children. */
  readonly ike: IkeSa
  readonly old: ChildSa
  readonly new: ChildSa
}

/** `log`: one line of charon's log, level 0 or 1. */
export interface LogLine {
  /** Subsystem: `IKE`, `CFG`, `NET`, `ENC`, `CHD`, `KNL`, … */
  readonly group: string
  readonly level: number
  readonly thread: number | undefined
  /** The connection, once charon has decided which it is; as responder that is only in the course of the exchange. */
  readonly ikeName: string | undefined
  readonly ikeUniqueId: number | undefined
  readonly text: string
}

/** Throws `ViciError` where the message is no `ike-updown`. */
export function parseIkeUpDown(message: ViciMessage): IkeUpDown {
  return { isUp: flag(message, 'up'), ike: parseIkeSa(message) }
}

/** Throws `ViciError` where the message is no `child-updown`. */
export function parseChildUpDown(message: ViciMessage): ChildUpDown {
  const ike = parseIkeSa(message)
  return { isUp: flag(message, 'up'), ike, child: required(ike.children[0], 'the CHILD_SA of child-updown') }
}

/** Throws `ViciError` where the message is no `ike-rekey`. */
export function parseIkeRekey(message: ViciMessage): IkeRekey {
  const [name, both] = onlySection(message, 'ike-rekey')
  return {
    old: ikeSaOf(name, required(section(both, 'old'), 'the old IKE_SA of ike-rekey')),
    new: ikeSaOf(name, required(section(both, 'new'), 'the new IKE_SA of ike-rekey')),
  }
}

/** Throws `ViciError` where the message is no `child-rekey`. */
export function parseChildRekey(message: ViciMessage): ChildRekey {
  const [name, content] = onlySection(message, 'child-rekey')
  const [child] = sections(section(content, 'child-sas'))
  const [key, both] = required(child, 'the CHILD_SA of child-rekey')
  return {
    ike: ikeSaOf(name, content),
    old: childSaOf(key, required(section(both, 'old'), 'the old CHILD_SA of child-rekey')),
    new: childSaOf(key, required(section(both, 'new'), 'the new CHILD_SA of child-rekey')),
  }
}

/** Throws `ViciError` where the message is no `log`. */
export function parseLog(message: ViciMessage): LogLine {
  return {
    group: required(text(message, 'group'), 'group of a log line'),
    level: number(message, 'level') ?? 1,
    thread: number(message, 'thread'),
    ikeName: text(message, 'ikesa-name'),
    // The README says `ikesa-uniqued`; charon has always sent `ikesa-uniqueid`.
    ikeUniqueId: number(message, 'ikesa-uniqueid'),
    text: required(text(message, 'msg'), 'text of a log line'),
  }
}
