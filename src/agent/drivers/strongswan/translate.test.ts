import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type EncryptionAlgorithm,
  encryptionAlgorithms,
  type IntegrityAlgorithm,
  integrityAlgorithms,
  isCombinedMode,
  type KeyExchangeGroup,
  keyExchangeGroups,
} from '../../../model/algorithms.ts'
import type { ConnectionId } from '../../../model/ids.ts'
import { Secret } from '../../../model/secret.ts'
import type { DesiredConnection } from '../../../model/tunnel.ts'
import type { ListedChild } from '../../../vici/commands.ts'
import { encodeMessage } from '../../../vici/message.ts'
import { transportPriority } from './kernel-policies.ts'
import {
  connectionName,
  ikeProposal,
  ipsecProposal,
  loadedConnection,
  loadedSecret,
  readConnectionName,
  secretName,
  swanConnection,
  swanConnectionName,
  swanSecret,
  untranslatable,
} from './translate.ts'

const id = '6f0c1e52-3d0f-4c1a-9a55-0f2f7d3f1a01' as ConnectionId

const aConnection = (changes: Partial<DesiredConnection> = {}): DesiredConnection => ({
  id,
  ikeVersion: 2,
  aggressive: false,
  localAddress: '203.0.113.1',
  peerAddress: '203.0.113.2',
  localIdentity: '203.0.113.1',
  peerIdentity: 'peer.example',
  secret: new Secret('quote " and emoji 🔑'),
  secretVersion: 3,
  restarts: 0,
  ike: { encryption: 'aes-256', integrity: 'sha256', group: 'group14', lifetimeSeconds: 86_400 },
  ipsec: {
    protocol: 'esp',
    mode: 'tunnel',
    encryption: 'aes-128-gcm-16',
    integrity: 'sha1',
    group: 'group19',
    lifetimeSeconds: 3600,
  },
  deadPeerDetection: { action: 'hold', intervalSeconds: 30, timeoutSeconds: 120 },
  initiate: true,
  mtu: 1500,
  localCidrs: ['10.1.0.0/24'],
  peerCidrs: ['10.2.0.0/24', '10.3.0.0/24'],
  ...changes,
})

const names = <N extends string>(table: Record<N, unknown>) => fc.constantFrom(...(Object.keys(table) as N[]))
const encryption = names<EncryptionAlgorithm>(encryptionAlgorithms)
const integrity = names<IntegrityAlgorithm>(integrityAlgorithms)
const group = names<KeyExchangeGroup>(keyExchangeGroups)

describe('proposals', () => {
  it('name encryption, integrity or a random function, and a group for IKE', () => {
    fc.assert(
      fc.property(encryption, integrity, group, (encryption, integrity, group) => {
        const proposal = ikeProposal({ encryption, integrity, group })
        const hash = isCombinedMode(encryption) ? 'prf(md5|sha\\d+|aes(xcbc|cmac))' : '(md5|sha\\d+|aes(xcbc|cmac))'
        expect(proposal).toMatch(new RegExp(`^(3des|aes\\d+(ctr|[cg]cm\\d+)?)-${hash}-(modp|ecp|curve)\\w+$`))
      }),
    )
  })

  it('never leave ESP without integrity', () => {
    fc.assert(
      fc.property(encryption, integrity, fc.option(group, { nil: undefined }), (encryption, integrity, group) => {
        const parts = ipsecProposal({ protocol: 'esp', encryption, integrity, group }).split('-')
        expect(parts).toHaveLength(1 + Number(!isCombinedMode(encryption)) + Number(group !== undefined))
      }),
    )
  })

  it('of AH have no encryption', () => {
    const { ipsec } = aConnection()
    expect(ipsecProposal({ ...ipsec, protocol: 'ah' })).toBe('sha1-ecp256')
  })
})

describe('a connection', () => {
  it('is written in the words of load-conn', () => {
    expect(swanConnection(aConnection())).toEqual({
      version: 2,
      local_addrs: ['203.0.113.1'],
      remote_addrs: ['203.0.113.2'],
      proposals: ['aes256-sha256-modp2048'],
      rekey_time: 77_760,
      over_time: 8_640,
      rand_time: 4_320,
      reauth_time: 0,
      dpd_delay: 30,
      mobike: false,
      keyingtries: 1,
      unique: 'no',
      local: { auth: 'psk', id: '203.0.113.1', aaa_id: `fqdn:${id}` },
      remote: { auth: 'psk', id: 'fqdn:peer.example' },
      children: expect.anything(),
    })
    expect(Object.entries(swanConnection(aConnection()).children)).toEqual([
      [
        expect.stringMatching(/^[0-9a-f]{8}$/),
        {
          mode: 'tunnel',
          local_ts: ['10.1.0.0/24'],
          remote_ts: ['10.2.0.0/24', '10.3.0.0/24'],
          esp_proposals: ['aes128gcm16-ecp256'],
          life_time: 3600,
          rekey_time: 3240,
          rand_time: 180,
          start_action: 'none',
          dpd_action: 'clear',
          close_action: 'none',
        },
      ],
    ])
  })

  it('has one child with lists in IKEv2 and one for each pair in IKEv1', () => {
    const selectors = (ikeVersion: 1 | 2) =>
      Object.values(swanConnection(aConnection({ ikeVersion })).children).map((child) => [
        child.local_ts,
        child.remote_ts,
      ])
    expect(selectors(2)).toEqual([[['10.1.0.0/24'], ['10.2.0.0/24', '10.3.0.0/24']]])
    expect(selectors(1)).toEqual([
      [['10.1.0.0/24'], ['10.2.0.0/24']],
      [['10.1.0.0/24'], ['10.3.0.0/24']],
    ])
  })

  it('watches its peer only when asked to, and tells IKEv1 for how long', () => {
    const action = 'disabled'
    const dpd = { action, intervalSeconds: 30, timeoutSeconds: 120 } as const
    expect(swanConnection(aConnection({ deadPeerDetection: dpd }))).toMatchObject({ dpd_delay: 0 })
    expect(swanConnection(aConnection({ ikeVersion: 1 }))).toMatchObject({ dpd_delay: 30, dpd_timeout: 120 })
    expect(swanConnection(aConnection())).not.toHaveProperty('dpd_timeout')
  })

  it('leaves the selectors of transport mode to the two hosts', () => {
    const { ipsec } = aConnection()
    const [child] = Object.values(swanConnection(aConnection({ ipsec: { ...ipsec, mode: 'transport' } })).children)
    expect(child).toMatchObject({ mode: 'transport', priority: transportPriority })
    expect(child).not.toHaveProperty('local_ts')
  })

  it('has one child in transport mode, also in IKEv1, however many the networks are', () => {
    const several = { ikeVersion: 1, localCidrs: ['10.1.0.0/24'], peerCidrs: ['10.2.0.0/24', '10.3.0.0/24'] } as const
    const ipsec = { ...aConnection().ipsec, mode: 'transport' } as const
    expect(Object.keys(swanConnection(aConnection({ ...several, ipsec })).children)).toHaveLength(1)
    expect(Object.keys(swanConnection(aConnection(several)).children)).toHaveLength(2)
  })

  it('can always be sent', () => {
    fc.assert(
      fc.property(encryption, integrity, group, fc.constantFrom(1, 2), (encryption, integrity, group, ikeVersion) => {
        const { ike, ipsec } = aConnection()
        const connection = aConnection({
          ikeVersion,
          ike: { ...ike, encryption, integrity, group },
          ipsec: { ...ipsec, encryption, integrity, group },
        })
        const bytes = encodeMessage({ [swanConnectionName(connection)]: swanConnection(connection) })
        expect(bytes.includes(connection.secret.reveal())).toBe(false)
      }),
    )
  })

  it('is refused where charon would only fail with it later', () => {
    const { ike } = aConnection()
    expect(untranslatable(aConnection())).toBeUndefined()
    expect(untranslatable(aConnection({ aggressive: true }))).toMatch(/aggressive/)
    for (const encryption of ['aes-128-gcm-16', 'aes-256-ctr', 'aes-192-ccm-8'] as const) {
      expect(untranslatable(aConnection({ ikeVersion: 1, ike: { ...ike, encryption } }))).toMatch(encryption)
      expect(untranslatable(aConnection({ ike: { ...ike, encryption } }))).toBeUndefined()
    }
  })
})

const listed = (name: string): ListedChild => ({
  name,
  mode: undefined,
  rekeyTime: undefined,
  rekeyBytes: undefined,
  rekeyPackets: undefined,
  dpdAction: undefined,
  closeAction: undefined,
  localTs: [],
  remoteTs: [],
})

describe('names', () => {
  it('are read back as what they were made from', () => {
    expect(readConnectionName(connectionName(id, '0a1b2c3d'))).toEqual({ connection: id, fingerprint: '0a1b2c3d' })
    expect(loadedSecret(secretName(id, 12))).toEqual({ connection: id, version: 12 })
    const children = [listed('0a1b2c3d'), listed('theirs')]
    expect(loadedConnection({ name: `${id}.0a1b2c3d`, children })).toEqual({
      connection: id,
      fingerprint: '0a1b2c3d',
      children: ['0a1b2c3d'],
    })
  })

  it.each(['office', id, `${id}.`, `${id}.0a1b2c3d.x`, `${id}.0A1B2C3D`, 'x.0a1b2c3d'])(
    'leave %s to others',
    (name) => {
      expect(readConnectionName(name)).toBeUndefined()
      expect(loadedSecret(name)).toBeUndefined()
    },
  )
})

it('gives a secret to the two identities only', () => {
  const { data, ...rest } = swanSecret(aConnection())
  expect(rest).toEqual({ id: `${id}.3`, type: 'IKE', owners: ['203.0.113.1', 'fqdn:peer.example'] })
  expect(data).toBe('quote " and emoji 🔑')
})
