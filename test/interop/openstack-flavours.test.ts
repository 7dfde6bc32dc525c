import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCliConnectionGround, aCliGround } from '../support/cli-ground.ts'
import { OpenstackShell } from '../support/openstack-shell.ts'
import { Service } from '../support/service.ts'

/** What the `openstack vpn` commands can do in one flavour and not in the other (`flavours.md` §2). */

let service: Service
beforeAll(async () => {
  // Objects count for their project in both flavours, and these are more than the vendor's cloud allows one.
  const quotas = 'vpnservice=-1,ipsec_site_connection=-1'
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', SALLYPORT_OTC_QUOTAS: quotas } })
})
afterAll(() => service?.close())

const namesOf = (list: readonly { Name: string }[]) => list.map(({ Name }) => Name)

describe('in region RegionOne, OpenStack’s flavour', () => {
  let shell: OpenstackShell
  beforeAll(async () => {
    shell = await OpenstackShell.open(service, 'RegionOne')
  })
  afterAll(() => shell?.close())

  it('a connection takes everything that the command can ask for', async () => {
    const { create } = await aCliConnectionGround(shell, 'full', 21)
    const options = '--description all --mtu 1400 --initiator response-only --local-id me --disable'
    const dpd = '--dpd action=restart,interval=20,timeout=90'
    await shell.json(`${create} --peer-id 203.0.113.9 --psk secret ${options} ${dpd} full`)
    expect(await shell.json('vpn ipsec site connection show full')).toMatchObject({
      Description: 'all',
      MTU: 1400,
      Initiator: 'response-only',
      'Local ID': 'me',
      'Peer ID': '203.0.113.9',
      State: false,
      dpd: { action: 'restart', interval: 20, timeout: 90 },
    })
    const change = '--mtu 1300 --dpd timeout=100 --initiator bi-directional --local-id us --enable'
    await shell.done(`vpn ipsec site connection set ${change} full`)
    expect(await shell.json('vpn ipsec site connection show full')).toMatchObject({
      MTU: 1300,
      Initiator: 'bi-directional',
      'Local ID': 'us',
      State: true,
      dpd: { action: 'restart', interval: 20, timeout: 100 },
    })
  })

  it('a connection of a service with a subnet takes one CIDR of the peer, which the command sends as a text', async () => {
    await aCliGround(shell, 'legacy', 22)
    await shell.json('vpn service create --router legacy-router --subnet legacy-subnet legacy-vpn')
    await shell.json('vpn ike policy create legacy-ike')
    await shell.json('vpn ipsec policy create legacy-ipsec')
    const parts = '--vpnservice legacy-vpn --ikepolicy legacy-ike --ipsecpolicy legacy-ipsec'
    const peer = '--peer-address 198.51.100.22 --peer-id 198.51.100.22 --peer-cidr 10.122.0.0/24'
    const made = await shell.json(`vpn ipsec site connection create ${parts} ${peer} --psk secret legacy`)
    expect(made['Peer CIDRs']).toEqual(['10.122.0.0/24'])
    await shell.done('vpn ipsec site connection set --peer-cidr 10.123.0.0/24 legacy')
    expect((await shell.json('vpn ipsec site connection show legacy'))['Peer CIDRs']).toEqual(['10.123.0.0/24'])
  })

  it('the algorithms are those that the command knows', async () => {
    for (const word of ['sha1', 'sha256', 'sha384', 'sha512']) {
      const made = await shell.json(`vpn ike policy create --auth-algorithm ${word} word`)
      expect(made['Authentication Algorithm']).toBe(word)
      await shell.done(`vpn ike policy delete ${made.ID}`)
    }
  })

  it('a policy in use is not changed', async () => {
    const { create } = await aCliConnectionGround(shell, 'fixed', 24)
    await shell.json(`${create} --peer-id 198.51.100.24 --psk secret fixed`)
    expect(await shell.refusal('vpn ike policy set --lifetime value=4000 fixed-ike')).toContain(
      "is in use by existing IPsecSiteConnection and can't be updated or deleted",
    )
  })
})

describe('in region eu-de, the vendor’s flavour', () => {
  let shell: OpenstackShell
  beforeAll(async () => {
    shell = await OpenstackShell.open(service, 'eu-de')
  })
  afterAll(() => shell?.close())

  it('the word sha256 of the command is none here, and the refusal names it', async () => {
    expect(await shell.refusal('vpn ike policy create --auth-algorithm sha256 word')).toContain(
      'Invalid input for auth_algorithm. Reason: sha256 is not in valid_values.',
    )
    expect(namesOf(await shell.json('vpn ike policy list'))).not.toContain('word')
  })

  it('what cannot be configured is refused with a sentence, and nothing is made', async () => {
    const { create } = await aCliConnectionGround(shell, 'strict', 32)
    const connection = `${create} --peer-id 198.51.100.32 --psk correct-horse`
    const refusals: readonly (readonly [string, RegExp])[] = [
      ['--mtu 1400', /mtu/],
      ['--dpd interval=20', /dpd.*interval can only be 30/],
      ['--initiator response-only', /initiator/],
      ['--local-id me', /local_id.*not supported/],
      ['--disable', /admin_state_up/],
    ]
    for (const [option, sentence] of refusals) {
      expect(await shell.refusal(`${connection} ${option} strict`)).toMatch(sentence)
    }
    expect(namesOf(await shell.json('vpn ipsec site connection list'))).not.toContain('strict')
  })

  it('a second service on a router is refused', async () => {
    await aCliGround(shell, 'double', 33)
    await shell.json('vpn service create --router double-router one')
    expect(await shell.refusal('vpn service create --router double-router two')).toContain('already has a VPN service')
    await shell.done('vpn service delete one')
  })

  it('the names that the vendor gives the algorithms are kept by a change of something else', async () => {
    const client = await service.client('/otc/v2.0')
    await client.make('/vpn/ikepolicies', 'ikepolicy', { name: 'vendors', auth_algorithm: 'sha2-256', pfs: 'group1' })
    await shell.done('vpn ike policy set --description other vendors')
    expect(await shell.json('vpn ike policy show vendors')).toMatchObject({
      'Authentication Algorithm': 'sha2-256',
      'Perfect Forward Secrecy (PFS)': 'group1',
      Description: 'other',
    })
  })
})
