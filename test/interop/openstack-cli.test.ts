import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCliConnectionGround, aCliGround, untilCliGone, untilCliStatus } from '../support/cli-ground.ts'
import { OpenstackShell } from '../support/openstack-shell.ts'
import { Service } from '../support/service.ts'

/**
 * `openstack vpn …`, by name and by id, in both flavours: what the command sends and shows is in `client-traffic.md` §4.
 * This release has no `unset`.
 */

let service: Service
beforeAll(async () => {
  // Objects count for their project in both flavours, and these are more than the vendor's cloud allows one.
  const quotas = 'vpnservice=-1,ipsec_site_connection=-1'
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated', SALLYPORT_OTC_QUOTAS: quotas } })
})
afterAll(() => service?.close())

const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
const project = expect.stringMatching(/^[0-9a-f]{32}$/)
const namesOf = (list: readonly { Name: string }[]) => list.map(({ Name }) => Name)

describe.each(['RegionOne', 'eu-de'])('in region %s', (region) => {
  let shell: OpenstackShell
  beforeAll(async () => {
    shell = await OpenstackShell.open(service, region)
  })
  afterAll(() => shell?.close())

  /** Each has a site of its own, so that none is in another's way. */
  const site = (name: string) => `${name}-${region}`.toLowerCase()

  it('a VPN service is made, listed, shown, changed and deleted', async () => {
    const name = site('service')
    await aCliGround(shell, name, 11)
    const router = (await shell.json(`router show ${name}-router`)).id
    const made = await shell.json(`vpn service create --router ${name}-router --description gate --enable ${name}`)
    expect(made).toMatchObject({
      ID: id,
      Name: name,
      Description: 'gate',
      Router: router,
      Subnet: null,
      State: true,
      Status: expect.stringMatching(/^(PENDING_CREATE|ACTIVE)$/),
      Project: project,
      external_v4_ip: expect.stringMatching(/^172\.24\.4\.\d+$/),
    })
    expect(await shell.json('vpn service list')).toContainEqual(
      expect.objectContaining({ ID: made.ID, Name: name, Router: router }),
    )
    expect(await shell.json('vpn service list --long')).toContainEqual(
      expect.objectContaining({ ID: made.ID, Description: 'gate', Project: made.Project }),
    )
    await shell.done(`vpn service set --name ${name}-b --description ways ${name}`)
    await shell.done(`vpn service set --disable ${made.ID}`)
    const expected = { ID: made.ID, Name: `${name}-b`, Description: 'ways', State: false }
    expect(await shell.json(`vpn service show ${name}-b`)).toMatchObject(expected)
    expect(await shell.json(`vpn service show ${made.ID}`)).toMatchObject(expected)
    expect(await shell.refusal(`vpn service show ${name}`)).toBe(`Unable to find vpnservice with name or id '${name}'`)
    await shell.done(`vpn service delete ${name}-b`)
    expect(await shell.refusal(`vpn service show ${made.ID}`)).toContain('Unable to find vpnservice')
  })

  it('a VPN service with a subnet is made for a project by its name', async () => {
    const name = site('subnet-service')
    await aCliGround(shell, name, 12)
    const subnet = (await shell.json(`subnet show ${name}-subnet`)).id
    const made = await shell.json(`vpn service create --router ${name}-router --subnet ${name}-subnet ${name}`)
    expect(made.Subnet).toBe(subnet)
    expect(await shell.json(`vpn service show ${name}`)).toMatchObject({ ID: made.ID, Subnet: subnet })
    await shell.done(`vpn service delete ${made.ID}`)
  })

  it('an IKE policy has the defaults, or what was asked for; a part of a lifetime is merged', async () => {
    const name = site('ike')
    const plain = await shell.json(`vpn ike policy create ${name}-plain`)
    expect(plain).toMatchObject({
      'Authentication Algorithm': 'sha1',
      'Encryption Algorithm': 'aes-128',
      'Perfect Forward Secrecy (PFS)': 'group5',
      'Phase1 Negotiation Mode': 'main',
      'IKE Version': 'v1',
      Lifetime: { units: 'seconds', value: 3600 },
      Description: '',
      Project: project,
    })
    const options = '--description strong --auth-algorithm sha1 --encryption-algorithm aes-256 --ike-version v2'
    const further = '--phase1-negotiation-mode main --pfs group14 --lifetime units=seconds,value=7200'
    const made = await shell.json(`vpn ike policy create ${options} ${further} ${name}`)
    const asked = {
      ID: made.ID,
      Name: name,
      Description: 'strong',
      'Encryption Algorithm': 'aes-256',
      'IKE Version': 'v2',
      'Perfect Forward Secrecy (PFS)': 'group14',
      Lifetime: { units: 'seconds', value: 7200 },
    }
    expect(made).toMatchObject(asked)
    await shell.done(`vpn ike policy set --lifetime value=4000 ${name}`)
    await shell.done(`vpn ike policy set --description new --ike-version v1 --pfs group2 ${made.ID}`)
    const changed = { 'IKE Version': 'v1', 'Perfect Forward Secrecy (PFS)': 'group2', Description: 'new' }
    const merged = { ...asked, ...changed, Lifetime: { units: 'seconds', value: 4000 } }
    expect(await shell.json(`vpn ike policy show ${name}`)).toMatchObject(merged)
    expect(await shell.json('vpn ike policy list --long')).toContainEqual(expect.objectContaining(merged))
    expect(namesOf(await shell.json('vpn ike policy list'))).toEqual(expect.arrayContaining([name, `${name}-plain`]))
    await shell.done(`vpn ike policy delete ${name} ${plain.ID}`)
    expect(await shell.refusal(`vpn ike policy show ${made.ID}`)).toContain('Unable to find ikepolicy')
  })

  it('an IPsec policy has the defaults, or what was asked for; a part of a lifetime is merged', async () => {
    const name = site('ipsec')
    const plain = await shell.json(`vpn ipsec policy create ${name}-plain`)
    expect(plain).toMatchObject({
      'Authentication Algorithm': 'sha1',
      'Encapsulation Mode': 'tunnel',
      'Encryption Algorithm': 'aes-128',
      'Perfect Forward Secrecy (PFS)': 'group5',
      'Transform Protocol': 'esp',
      Lifetime: { units: 'seconds', value: 3600 },
    })
    const options = '--description strong --auth-algorithm sha1 --encapsulation-mode tunnel --encryption-algorithm 3des'
    const further = '--pfs group14 --transform-protocol ah --lifetime value=7200'
    const made = await shell.json(`vpn ipsec policy create ${options} ${further} ${name}`)
    const asked = {
      ID: made.ID,
      Name: name,
      'Encryption Algorithm': '3des',
      'Transform Protocol': 'ah',
      Lifetime: { units: 'seconds', value: 7200 },
    }
    expect(made).toMatchObject(asked)
    await shell.done(`vpn ipsec policy set --lifetime units=seconds,value=2000 --transform-protocol esp ${name}`)
    await shell.done(`vpn ipsec policy set --name ${name}-b ${made.ID}`)
    const merged = {
      ...asked,
      Name: `${name}-b`,
      'Transform Protocol': 'esp',
      Lifetime: { units: 'seconds', value: 2000 },
    }
    expect(await shell.json(`vpn ipsec policy show ${name}-b`)).toMatchObject(merged)
    expect(await shell.json('vpn ipsec policy list --long')).toContainEqual(expect.objectContaining(merged))
    expect(namesOf(await shell.json('vpn ipsec policy list'))).toContain(`${name}-plain`)
    await shell.done(`vpn ipsec policy delete ${name}-b ${name}-plain`)
  })

  it('an endpoint group holds subnets or CIDRs as they were written, and only its words change', async () => {
    const name = site('group')
    await aCliGround(shell, name, 13)
    const subnet = (await shell.json(`subnet show ${name}-subnet`)).id
    const local = await shell.json(`vpn endpoint group create --type subnet --value ${name}-subnet ${name}-here`)
    expect(local).toMatchObject({ ID: id, Type: 'subnet', Endpoints: [subnet], Description: '', Project: project })
    const values = '--value 10.113.0.24/24 --value 10.114.0.0/24'
    const peer = await shell.json(`vpn endpoint group create --type cidr ${values} --description far ${name}-there`)
    expect(peer).toMatchObject({ Type: 'cidr', Endpoints: ['10.113.0.24/24', '10.114.0.0/24'], Description: 'far' })
    await shell.done(`vpn endpoint group set --name ${name}-beyond --description away ${name}-there`)
    expect(await shell.json(`vpn endpoint group show ${peer.ID}`)).toMatchObject({
      Name: `${name}-beyond`,
      Description: 'away',
      Endpoints: peer.Endpoints,
    })
    expect(await shell.json('vpn endpoint group list')).toContainEqual({
      ID: peer.ID,
      Name: `${name}-beyond`,
      Type: 'cidr',
      Endpoints: peer.Endpoints,
    })
    expect(await shell.json('vpn endpoint group list --long')).toContainEqual(
      expect.objectContaining({ ID: local.ID, Description: '', Project: local.Project }),
    )
    await shell.done(`vpn endpoint group delete ${name}-here ${peer.ID}`)
  })

  it('a connection is made, comes up, is listed, shown, changed and deleted', async () => {
    const name = site('connection')
    const { create, ids } = await aCliConnectionGround(shell, name, 14)
    const made = await shell.json(`${create} --peer-id 198.51.100.14 --psk correct-horse ${name}`)
    expect(made).toMatchObject({
      ID: id,
      Name: name,
      'VPN Service': ids.service,
      'IKE Policy': ids.ike,
      'IPSec Policy': ids.ipsec,
      'Local Endpoint Group ID': ids.local,
      'Peer Endpoint Group ID': ids.peer,
      'Peer Address': '198.51.100.14',
      'Peer ID': '198.51.100.14',
      'Peer CIDRs': [],
      'Pre-shared Key': 'correct-horse',
      'Authentication Algorithm': 'psk',
      'Route Mode': 'static',
      Initiator: 'bi-directional',
      MTU: 1500,
      State: true,
      Status: 'PENDING_CREATE',
      dpd: { action: 'hold', interval: 30, timeout: 120 },
    })
    await untilCliStatus(shell, made.ID, 'ACTIVE')
    expect(await shell.json('vpn ipsec site connection list')).toContainEqual({
      ID: made.ID,
      Name: name,
      'Peer Address': '198.51.100.14',
      'Authentication Algorithm': 'psk',
      Status: 'ACTIVE',
    })
    expect(await shell.json('vpn ipsec site connection list --long')).toContainEqual(
      expect.objectContaining({ ID: made.ID, 'VPN Service': ids.service, MTU: 1500, Initiator: 'bi-directional' }),
    )
    const change = '--mtu 1500 --dpd action=hold,interval=30 --description for-the-branch --peer-address 198.51.100.15'
    await shell.done(`vpn ipsec site connection set ${change} --peer-id 198.51.100.15 ${name}`)
    await shell.done(`vpn ipsec site connection set --name ${name}-b ${made.ID}`)
    expect(await shell.json(`vpn ipsec site connection show ${name}-b`)).toMatchObject({
      ID: made.ID,
      'Peer Address': '198.51.100.15',
      Description: 'for-the-branch',
      MTU: 1500,
    })
    await shell.done(`vpn ipsec site connection delete ${name}-b`)
    await untilCliGone(shell, made.ID)
  })

  it('what a connection needs cannot be deleted, and the command says why', async () => {
    const name = site('in-use')
    const { create, ids } = await aCliConnectionGround(shell, name, 16)
    const { ID } = await shell.json(`${create} --peer-id 198.51.100.16 --psk correct-horse ${name}`)
    const used = "is in use by existing IPsecSiteConnection and can't be updated or deleted"
    expect(await shell.refusal(`vpn ike policy delete ${name}-ike`)).toContain(`IKEPolicy ${ids.ike} ${used}`)
    expect(await shell.refusal(`vpn ipsec policy delete ${ids.ipsec}`)).toContain(`IPsecPolicy ${ids.ipsec} ${used}`)
    expect(await shell.refusal(`vpn endpoint group delete ${name}-there`)).toContain(
      `Endpoint group ${ids.peer} is in use and cannot be deleted`,
    )
    const busy = await shell.refusal(`vpn service delete ${name}-vpn`)
    expect(busy).toContain(`VPNService ${ids.service} is still in use`)
    expect(busy).toContain("Neutron server returns request_ids: ['req-")
    expect(busy).toContain('1 of 1 vpn service failed to delete.')
    expect(await shell.refusal(`router delete ${name}-router`)).toContain('is currently used by VPN service(s)')
    expect(await shell.refusal(`router remove subnet ${name}-router ${name}-subnet`)).toContain(
      `is used by ipsec site connection ${ID}`,
    )
    expect(await shell.refusal(`subnet delete ${name}-subnet`)).toContain(`is used by endpoint group ${ids.local}`)

    await shell.done(`vpn ipsec site connection delete ${ID}`)
    await untilCliGone(shell, ID)
    await shell.done(`vpn ike policy delete ${name}-ike`)
    await shell.done(`vpn ipsec policy delete ${ids.ipsec}`)
    await shell.done(`vpn endpoint group delete ${name}-here ${name}-there`)
    await shell.done(`vpn service delete ${name}-vpn`)
    await shell.done(`router remove subnet ${name}-router ${name}-subnet`)
    await shell.done(`router delete ${name}-router`)
    await shell.done(`network delete ${name}-net`)
  })

  it('a deletion of several goes on after one that fails', async () => {
    const name = site('several')
    for (const each of ['a', 'b']) await shell.json(`vpn ike policy create ${name}-${each}`)
    const said = await shell.refusal(`vpn ike policy delete ${name}-a ${name}-none ${name}-b`)
    expect(said).toContain(`Unable to find ikepolicy with name or id '${name}-none'`)
    expect(said).toContain('1 of 3 IKE policy failed to delete.')
    expect(namesOf(await shell.json('vpn ike policy list')).filter((each) => each.startsWith(name))).toEqual([])
  })

  it('a name that two have is not guessed about; their ids are', async () => {
    const name = site('twins')
    const { ID: first } = await shell.json(`vpn ipsec policy create ${name}`)
    const { ID: second } = await shell.json(`vpn ipsec policy create ${name}`)
    expect(await shell.refusal(`vpn ipsec policy show ${name}`)).toBe(
      `Multiple ipsecpolicy matches found for name '${name}', use an ID to be more specific.`,
    )
    expect(await shell.json(`vpn ipsec policy show ${second}`)).toMatchObject({ ID: second, Name: name })
    await shell.done(`vpn ipsec policy delete ${first} ${second}`)
  })

  it.each([
    ['vpn service', 'vpnservice'],
    ['vpn ike policy', 'ikepolicy'],
    ['vpn ipsec policy', 'ipsecpolicy'],
    ['vpn endpoint group', 'endpoint_group'],
    ['vpn ipsec site connection', 'ipsec_site_connection'],
  ])('%s: a name or an id that nothing has is said to be unknown', async (command, singular) => {
    const unknown = `Unable to find ${singular} with name or id`
    for (const asked of ['nowhere', '00000000-0000-4000-8000-00000000dead']) {
      expect(await shell.refusal(`${command} show ${asked}`)).toBe(`${unknown} '${asked}'`)
      expect(await shell.refusal(`${command} set --name new ${asked}`)).toContain(`${unknown} '${asked}'`)
      expect(await shell.refusal(`${command} delete ${asked}`)).toContain(`${unknown} '${asked}'`)
    }
  })

  it('what is wrong in a request is said in a sentence that names it', async () => {
    const name = site('wrong')
    expect(await shell.refusal(`vpn endpoint group create --type cidr --value 1.0.0.0/33 ${name}`)).toContain(
      "Endpoint '1.0.0.0/33' is invalid for group type 'cidr'",
    )
    const { create } = await aCliConnectionGround(shell, name, 17)
    const connection = `${create} --peer-id 198.51.100.17 --psk correct-horse`
    expect(await shell.refusal(`${connection} --mtu 63 ${name}`)).toMatch(/mtu|MTU 63/)
    expect(await shell.refusal(`${connection} --dpd interval=20,timeout=10 ${name}`)).toContain('dpd')
    expect(namesOf(await shell.json('vpn ipsec site connection list'))).not.toContain(name)
  })
})
