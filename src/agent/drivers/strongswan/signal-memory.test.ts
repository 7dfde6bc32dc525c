import { describe, expect, it } from 'vitest'
import { SignalMemory } from './signal-memory.ts'

const connection = '6f0c1e52-3d0f-4c1a-9a55-0f2f7d3f1a01'
const line = (text: string, ikeUniqueId: number, ikeName?: string) => ({
  group: 'IKE',
  level: 1,
  thread: 7,
  ikeName,
  ikeUniqueId,
  text,
})
const packetFrom = (address: string, ikeSa: number) =>
  line(`received packet: from ${address}[500] to 203.0.113.1[500] (464 bytes)`, ikeSa)

describe('what a daemon said', () => {
  it('is about a connection by its name, and by the peer’s address before that is known', () => {
    const memory = new SignalMemory()
    memory.heard(packetFrom('203.0.113.2', 31), 1)
    memory.heard(line('received proposals: IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048', 31), 2)
    memory.heard(line('received NO_PROPOSAL_CHOSEN notify error', 7, `${connection}.7b31eb04`), 3)
    expect(memory.about(connection, '203.0.113.2').map(({ says }) => says.what)).toEqual([
      'proposals-differ',
      'proposal-refused',
    ])
    expect(memory.about('another', '203.0.113.2')).toHaveLength(1)
    expect(memory.about('another', '203.0.113.3')).toEqual([])
  })

  it('is remembered within bounds, of what is repeated the first and the last', () => {
    const memory = new SignalMemory()
    for (let at = 1; at <= 5_000; at++) {
      memory.heard(packetFrom(`198.51.100.${at % 250}`, at), at)
      memory.heard(line('invalid ID_V1 payload length, decryption failed?', at), at)
      memory.heard(line('retransmit 1 of request with message ID 0', 1, `${connection}.7b31eb04`), at)
    }
    expect(memory.about(connection, '').map(({ at }) => at)).toEqual([1, 5_000])
    const addresses = Array.from({ length: 250 }, (_, n) => memory.about('', `198.51.100.${n}`).length)
    expect(addresses.filter((length) => length > 0)).toHaveLength(64)
    expect(Math.max(...addresses)).toBeLessThanOrEqual(32)
  })
})
