import { describe, expect, it } from 'vitest'
import { parseChildRekey, parseChildUpDown, parseIkeRekey, parseIkeUpDown, parseLog } from './events.ts'

/** Shortened from what charon 5.9.8 sent; the order and spelling of the keys are its own. */
const ike = { uniqueid: '4', version: '2', state: 'ESTABLISHED', 'tasks-active': ['CHILD_CREATE'] }
const child = { name: 'net', uniqueid: '4', reqid: '1', state: 'INSTALLED', 'bytes-in': '0' }

describe('events', () => {
  it('tell up from down, where charon leaves the key out', () => {
    expect(parseIkeUpDown({ up: 'yes', site: ike })).toMatchObject({ isUp: true, ike: { name: 'site', uniqueId: 4 } })
    const down = parseIkeUpDown({ site: { ...ike, state: 'CONNECTING' } })
    expect(down).toMatchObject({ isUp: false, ike: { name: 'site', state: 'CONNECTING', children: [] } })
  })

  it('tell which child went up or down', () => {
    const message = { site: { ...ike, state: 'DELETING', 'child-sas': { 'net-4': child } } }
    expect(parseChildUpDown({ up: 'yes', ...message })).toMatchObject({
      isUp: true,
      child: { name: 'net', uniqueId: 4 },
    })
    expect(parseChildUpDown(message)).toMatchObject({
      isUp: false,
      child: { state: 'INSTALLED' },
      ike: { name: 'site' },
    })
    expect(() => parseChildUpDown({ site: ike })).toThrow('the CHILD_SA of child-updown is missing')
  })

  it('tell the old and the new of a rekey', () => {
    const both = { old: { ...ike, state: 'REKEYING' }, new: { ...ike, uniqueid: '5' } }
    expect(parseIkeRekey({ site: both })).toMatchObject({ old: { name: 'site', uniqueId: 4 }, new: { uniqueId: 5 } })
    const children = { net: { old: { ...child, 'bytes-in': '840' }, new: { ...child, uniqueid: '7' } } }
    expect(parseChildRekey({ site: { ...ike, 'child-sas': children } })).toMatchObject({
      ike: { name: 'site', children: [] },
      old: { name: 'net', uniqueId: 4, bytesIn: 840 },
      new: { name: 'net', uniqueId: 7, bytesIn: 0 },
    })
  })

  it('tell a line of the log, with or without an IKE_SA', () => {
    const line = {
      group: 'IKE',
      level: '0',
      thread: '12',
      'ikesa-name': 'site',
      'ikesa-uniqueid': '4',
      msg: 'initiating IKE_SA site[4] to 203.0.113.2',
    }
    expect(parseLog(line)).toEqual({
      group: 'IKE',
      level: 0,
      thread: 12,
      ikeName: 'site',
      ikeUniqueId: 4,
      text: 'initiating IKE_SA site[4] to 203.0.113.2',
    })
    expect(parseLog({ group: 'CFG', level: '1', msg: 'x' })).toMatchObject({
      ikeName: undefined,
      ikeUniqueId: undefined,
    })
  })
})
