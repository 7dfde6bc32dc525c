import { describe, expect, it } from 'vitest'
import { proposalsIn } from './translate-proposal.ts'
import { saidBy, senderIn } from './translate-signals.ts'

/** As strongSwan 5.9.8 wrote them, with the number behind a name's point kept and its UUID shortened. */
const recorded: readonly (readonly [line: string, what: string | undefined])[] = [
  ['initiating IKE_SA 17997828.7b31eb04[2] to 203.0.113.2', 'began'],
  ['initiating Main Mode IKE_SA 43c21ef6.5f753e69[3] to 203.0.113.2', 'began'],
  ['parsed IKE_SA_INIT response 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) ]', 'answered'],
  ['parsed ID_PROT response 0 [ SA V V V V ]', 'answered'],
  ['parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) ]', undefined],
  ['received AUTHENTICATION_FAILED notify error', 'authentication-refused'],
  ['received AUTHENTICATION_FAILED error notify', 'authentication-refused'],
  ["tried 1 shared key for '203.0.113.1' - '203.0.113.2', but MAC mismatched", 'keys-differ'],
  ['invalid HASH_V1 payload length, decryption failed?', 'keys-differ'],
  ['invalid ID_V1 payload length, decryption failed?', 'keys-differ'],
  ['calculated HASH does not match HASH payload', 'keys-differ'],
  ['Aggressive Mode PSK disabled for security reasons', 'aggressive-mode-unexpected'],
  ['received NO_PROPOSAL_CHOSEN notify error', 'proposal-refused'],
  ['received NO_PROPOSAL_CHOSEN notify, no CHILD_SA built', 'proposal-refused'],
  ['received NO_PROPOSAL_CHOSEN error notify', 'proposal-refused'],
  ['failed to establish CHILD_SA, keeping IKE_SA', undefined],
  ['no IKE config found for 203.0.113.1...203.0.113.2, sending NO_PROPOSAL_CHOSEN', 'unknown-initiator'],
  ['received TS_UNACCEPTABLE notify, no CHILD_SA built', 'networks-refused'],
  ['received INVALID_ID_INFORMATION error notify', 'networks-refused'],
  ['CHILD_SA rekeying failed, trying again in 9 seconds', 'rekey-failed'],
  ['retransmit 1 of request with message ID 2', 'repeated'],
  ['sending retransmit 1 of request message ID 0, seq 3', 'repeated'],
  ['giving up after 5 retransmits', 'gave-up'],
  ['received DELETE for IKE_SA 5e62d245.7b31eb04[50]', 'closed-by-peer'],
  ["authentication of '203.0.113.2' with pre-shared key successful", undefined],
  ['selected proposal: ESP:AES_CBC_128/HMAC_SHA2_256_128/NO_EXT_SEQ', undefined],
]

describe('a line of charon’s log', () => {
  it.each(recorded)('%s: %s', (line, what) => {
    expect(saidBy(line)?.what).toBe(what)
  })

  it('says which identity the peer shows', () => {
    expect(saidBy("IDir 'other.example' does not match to '203.0.113.2'")).toEqual({
      what: 'identity-unexpected',
      shown: 'other.example',
    })
  })

  it('says together with the one before it whom the peer looks for', () => {
    const nobody = 'no matching peer config found'
    const found = 'looking for peer configs matching 203.0.113.1[other.example]...203.0.113.2[203.0.113.2]'
    expect(saidBy(nobody, found)).toEqual({
      what: 'identities-unknown',
      local: 'other.example',
      peer: '203.0.113.2',
    })
    const ofVersion1 = 'looking for pre-shared key peer configs matching 203.0.113.1...203.0.113.2[other.example]'
    expect(saidBy('no peer config found', ofVersion1)).toEqual({
      what: 'identities-unknown',
      local: undefined,
      peer: 'other.example',
    })
    expect(saidBy(nobody, 'something else')).toBeUndefined()
  })

  it('says which networks the peer asks for', () => {
    expect(saidBy('traffic selectors 10.1.0.0/24 10.4.0.0/24 === 10.3.0.0/24 unacceptable')).toEqual({
      what: 'networks-differ',
      one: ['10.1.0.0/24', '10.4.0.0/24'],
      other: ['10.3.0.0/24'],
    })
    expect(saidBy('no matching CHILD_SA config found for 10.3.0.0/24 === 10.1.0.0/24')).toMatchObject({
      what: 'networks-differ',
    })
  })

  it('says what the peer proposes, in our words, and in its own where we have none', () => {
    expect(saidBy('received proposals: IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048')).toEqual({
      what: 'proposals-differ',
      of: 'ike',
      offered: [{ encryption: 'aes-128', integrity: 'sha256', group: 'group14' }],
    })
    expect(saidBy('received proposals: ESP:AES_CBC_256/HMAC_SHA2_256_128/NO_EXT_SEQ')).toMatchObject({
      of: 'child',
      offered: [{ encryption: 'aes-256', integrity: 'sha256', group: undefined }],
    })
    expect(
      proposalsIn('IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/ECP_384, IKE:CAMELLIA_CBC_256/HMAC_SHA1_96/MODP_1024_160'),
    ).toEqual([
      { encryption: 'aes-256-gcm-16', integrity: undefined, group: 'group20' },
      { encryption: 'CAMELLIA_CBC_256', integrity: 'sha1', group: 'group22' },
    ])
  })

  it('says who sent a packet', () => {
    expect(senderIn('received packet: from 203.0.113.2[500] to 203.0.113.1[500] (464 bytes)')).toBe('203.0.113.2')
    expect(senderIn('received packet: from 2001:db8::2[4500] to 2001:db8::1[4500] (80 bytes)')).toBe('2001:db8::2')
    expect(senderIn('sending packet: from 203.0.113.1[500] to 203.0.113.2[500] (464 bytes)')).toBeUndefined()
  })
})
