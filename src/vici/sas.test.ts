import { describe, expect, it } from 'vitest'
import { ViciError } from './errors.ts'
import { parseIkeSa } from './sas.ts'

/** As charon 5.9.8 answered: the initiator of an IKEv2 tunnel in user-space ESP, some seconds after a rekey of `net`. */
const established = {
  site: {
    uniqueid: '5',
    version: '2',
    state: 'ESTABLISHED',
    'local-host': '203.0.113.1',
    'local-port': '4500',
    'local-id': '203.0.113.1',
    'remote-host': '203.0.113.2',
    'remote-port': '4500',
    'remote-id': '203.0.113.2',
    initiator: 'yes',
    'initiator-spi': 'a437b7b65dd6ad92',
    'responder-spi': 'f144e12e1b04edd4',
    'nat-remote': 'yes',
    'nat-any': 'yes',
    'encr-alg': 'AES_CBC',
    'encr-keysize': '256',
    'integ-alg': 'HMAC_SHA2_256_128',
    'prf-alg': 'PRF_HMAC_SHA2_256',
    'dh-group': 'MODP_2048',
    established: '0',
    'rekey-time': '3592',
    'child-sas': {
      'net-4': {
        name: 'net',
        uniqueid: '4',
        reqid: '1',
        state: 'DELETED',
        mode: 'TUNNEL',
        'local-ts': [],
        'remote-ts': [],
      },
      'net-7': {
        name: 'net',
        uniqueid: '7',
        reqid: '1',
        state: 'INSTALLED',
        mode: 'TUNNEL',
        protocol: 'ESP',
        encap: 'yes',
        'spi-in': 'a343afb4',
        'spi-out': '54d645c1',
        'encr-alg': 'AES_GCM_16',
        'encr-keysize': '256',
        'dh-group': 'MODP_2048',
        'bytes-in': '840',
        'packets-in': '10',
        'use-in': '3',
        'bytes-out': '99999999999999999999',
        'packets-out': '0',
        'rekey-time': '-2',
        'life-time': '1000',
        'install-time': '0',
        'local-ts': ['10.1.0.0/24'],
        'remote-ts': ['10.2.0.0/24[icmp]', '10.2.0.0/24[tcp/http]'],
      },
    },
  },
}

describe('an IKE_SA', () => {
  it('has names, numbers and flags of their own types', () => {
    expect(parseIkeSa(established)).toMatchObject({
      name: 'site',
      uniqueId: 5,
      version: 2,
      state: 'ESTABLISHED',
      localHost: '203.0.113.1',
      localPort: 4500,
      remoteId: '203.0.113.2',
      isInitiator: true,
      initiatorSpi: 'a437b7b65dd6ad92',
      natLocal: false,
      natRemote: true,
      encrAlg: 'AES_CBC',
      encrKeysize: 256,
      integKeysize: undefined,
      dhGroup: 'MODP_2048',
      established: 0,
      rekeyTime: 3592,
      reauthTime: undefined,
      localVips: [],
      tasksActive: [],
    })
  })

  it('has its CHILD_SAs by the names of their configurations, the old one beside the new one after a rekey', () => {
    const [old, its] = parseIkeSa(established).children
    expect(old).toMatchObject({
      name: 'net',
      uniqueId: 4,
      state: 'DELETED',
      bytesIn: undefined,
      isUdpEncapsulated: false,
    })
    expect(its).toMatchObject({
      name: 'net',
      uniqueId: 7,
      reqid: 1,
      state: 'INSTALLED',
      isUdpEncapsulated: true,
      spiIn: 'a343afb4',
      integAlg: undefined,
      hasExtendedSequenceNumbers: false,
      bytesIn: 840,
      useIn: 3,
      useOut: undefined,
      rekeyTime: -2,
      lifeTime: 1000,
      remoteTs: ['10.2.0.0/24[icmp]', '10.2.0.0/24[tcp/http]'],
    })
  })

  it('has counters that stay at the largest exact number', () => {
    expect(parseIkeSa(established).children[1]?.bytesOut).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('can be one that has only begun', () => {
    const begun = parseIkeSa({ site: { uniqueid: '1', version: '2', state: 'CONNECTING', 'remote-host': '%any' } })
    expect(begun).toMatchObject({
      state: 'CONNECTING',
      isInitiator: false,
      encrAlg: undefined,
      established: undefined,
      children: [],
    })
  })

  it.each([
    ['no section', {}, 'an IKE_SA without a section'],
    ['no state', { site: { uniqueid: '1' } }, "state of an IKE_SA is missing in charon's message"],
    ['no id', { site: { state: 'CONNECTING', uniqueid: 'x' } }, "uniqueid of an IKE_SA is missing in charon's message"],
  ])('cannot be read with %s', (_, message, words) => {
    expect(() => parseIkeSa(message)).toThrow(ViciError)
    expect(() => parseIkeSa(message)).toThrow(words)
  })
})
