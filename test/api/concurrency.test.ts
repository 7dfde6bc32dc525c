import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'

/** 32 clients at the same objects: what each was told holds, whoever else was at work. */

const clients = 32
let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

/** All clients at once; none of them ever sees an error of ours. */
async function atOnce<T extends Answer | Answer[]>(work: (client: number) => Promise<T>): Promise<T[]> {
  const answers = await Promise.all(Array.from({ length: clients }, (_, client) => work(client)))
  for (const { status } of answers.flat()) expect(status).toBeLessThan(500)
  return answers
}

const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status)

describe.each([
  ['otc', '/otc/v2.0'],
  ['openstack', '/openstack/v2.0'],
])('%s', (flavour, v2) => {
  const connections = `${v2}/vpn/ipsec-site-connections`
  let ground: Ground
  beforeAll(async () => {
    ground = await aGround(cloud, { v2, cidr: flavour === 'otc' ? '10.1.0.0/24' : '10.3.0.0/24' })
  })

  it('no change is lost: each client writes its own field of one object, over and over', async () => {
    const path = `${v2}/vpn/ipsecpolicies`
    const fields: readonly (readonly [string, readonly unknown[]])[] = [
      ['name', ['a', 'b', 'c']],
      ['description', ['d', 'e', 'f']],
      ['encryption_algorithm', ['3des', 'aes-192', 'aes-256']],
      ['pfs', ['group2', 'group14', 'group16']],
      ['transform_protocol', ['esp', 'ah', 'ah-esp']],
      ['lifetime', [{ value: 100 }, { value: 200 }, { value: 300 }]],
      ['auth_algorithm', ['sha1', 'sha1', 'sha1']],
      ['encapsulation_mode', ['tunnel', 'tunnel', 'tunnel']],
    ]
    const policies = await Promise.all(
      Array.from({ length: clients / fields.length }, () => cloud.make(path, 'ipsecpolicy', {})),
    )
    const written = new Map<string, unknown>()
    await atOnce(async (client) => {
      const [name = '', values = []] = fields[client % fields.length] ?? []
      const { id } = policies[Math.floor(client / fields.length)]
      const answers: Answer[] = []
      for (let turn = 0; turn < 12; turn += 1) {
        const value = values[(turn + client) % values.length]
        answers.push(await cloud.put(`${path}/${id}`, { ipsecpolicy: { [name]: value } }))
        written.set(`${id} ${name}`, value)
      }
      expect(new Set(statuses(answers))).toEqual(new Set([200]))
      return answers
    })
    for (const { id } of policies) {
      const kept = (await cloud.get(`${path}/${id}`)).body.ipsecpolicy
      for (const [name] of fields) expect(kept[name]).toEqual(merged(written.get(`${id} ${name}`)))
    }
  })

  it('one of many who delete the same object does it, the others do not find it', async () => {
    const path = `${v2}/vpn/ikepolicies`
    for (let round = 0; round < 5; round += 1) {
      const { id } = await cloud.make(path, 'ikepolicy', {})
      const answers = statuses(await atOnce(() => cloud.delete(`${path}/${id}`)))
      expect(answers.filter((status) => status === 204)).toHaveLength(1)
      expect(answers.filter((status) => status === 404)).toHaveLength(clients - 1)
    }
  })

  it('whoever deletes what another is about to use: one of the two is refused, and nothing dangles', async () => {
    const seen = { created: 0, deleted: 0 }
    for (let round = 0; round < 12; round += 1) {
      const ike = await cloud.make(`${v2}/vpn/ikepolicies`, 'ikepolicy', { ike_version: 'v2', pfs: 'group14' })
      const group = await cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', {
        type: 'cidr',
        endpoints: [`10.200.${round}.0/24`],
      })
      const request = {
        ...seedRequest(ground),
        ikepolicy_id: ike.id,
        peer_ep_group_id: group.id,
        peer_address: `172.24.4.${100 + round}`,
      }
      const answers = await atOnce(async (client) => {
        if (client === 0) return cloud.post(connections, { ipsec_site_connection: request })
        // Which of the two comes first differs from round to round.
        for (let turns = (client % 3) + 4 * round; turns > 0; turns -= 1) await setImmediate()
        const [what, id] = client % 2 === 0 ? ['ikepolicies', ike.id] : ['endpoint-groups', group.id]
        return cloud.delete(`${v2}/vpn/${what}/${id}`)
      })
      const made = answers.find(({ status }) => status === 201)
      const deleted = answers.some(({ status }) => status === 204)
      seen[made ? 'created' : 'deleted'] += 1
      // Made: then nothing it names could be deleted. Not made: then because something was.
      expect(deleted).toBe(made === undefined)
      if (made) {
        const connection = made.body.ipsec_site_connection
        expect((await cloud.get(`${v2}/vpn/ikepolicies/${connection.ikepolicy_id}`)).status).toBe(200)
        expect((await cloud.get(`${v2}/vpn/endpoint-groups/${connection.peer_ep_group_id}`)).status).toBe(200)
        expect((await cloud.delete(`${connections}/${connection.id}`)).status).toBe(204)
      }
    }
    // Both ways round were seen.
    expect(Math.min(seen.created, seen.deleted)).toBeGreaterThan(0)
  })

  it('every gateway gets an address of its own, and a router that goes leaves no port', async () => {
    const [external] = (await cloud.get(`${v2}/networks?router:external=True`)).body.networks
    const router = { external_gateway_info: { network_id: external.id } }
    const made = await atOnce(() => cloud.post(`${v2}/routers`, { router }))
    const addresses = made.map(({ body }) => body.router.external_gateway_info.external_fixed_ips[0].ip_address)
    expect(new Set(addresses).size).toBe(clients)
    const ids: string[] = made.map(({ body }) => body.router.id)
    // Each is deleted by one client and made a VPN gateway by another.
    const answers = await Promise.all(
      ids.flatMap((id) => [
        cloud.delete(`${v2}/routers/${id}`),
        cloud.post(`${v2}/vpn/vpnservices`, { vpnservice: { router_id: id } }),
      ]),
    )
    for (const { status } of answers) expect([201, 204, 400, 404, 409]).toContain(status)
    const services: { id: string; router_id: string }[] = (await cloud.get(`${v2}/vpn/vpnservices`)).body.vpnservices
    const routers: { id: string }[] = (await cloud.get(`${v2}/routers`)).body.routers
    const ports: { device_id: string }[] = (await cloud.get(`${v2}/ports`)).body.ports
    const there = new Set(routers.map(({ id }) => id))
    expect(services.filter(({ router_id }) => !there.has(router_id))).toEqual([])
    expect(ports.filter(({ device_id }) => !there.has(device_id))).toEqual([])
    for (const { id, router_id } of services.filter(({ router_id }) => ids.includes(router_id))) {
      expect((await cloud.delete(`${v2}/vpn/vpnservices/${id}`)).status).toBe(204)
      expect((await cloud.delete(`${v2}/routers/${router_id}`)).status).toBe(204)
    }
  })
})

describe('a quota', () => {
  let cloud: TestCloud
  beforeAll(async () => {
    cloud = await TestCloud.open()
  })
  afterAll(() => cloud.close())

  it('is never exceeded, however many ask at once, and is used to the last', async () => {
    const v2 = '/otc/v2.0'
    const connections = `${v2}/vpn/ipsec-site-connections`
    const ground = await aGround(cloud, { v2 })
    const groups = await Promise.all(
      Array.from({ length: clients }, (_, client) =>
        cloud.make(`${v2}/vpn/endpoint-groups`, 'endpoint_group', {
          type: 'cidr',
          endpoints: [`10.220.${client}.0/24`],
        }),
      ),
    )
    const request = (client: number) => ({
      ...seedRequest(ground),
      peer_ep_group_id: groups[client].id,
      peer_address: `172.24.4.${100 + client}`,
    })
    const first = await atOnce((client) => cloud.post(connections, { ipsec_site_connection: request(client) }))
    expect(first.filter(({ status }) => status === 201)).toHaveLength(12)
    expect(first.filter(({ status, body }) => status === 400 && body.code === 'VPC.1003')).toHaveLength(clients - 12)
    // Some go while others come: as many come as go, at the most.
    const made: string[] = first.filter(({ status }) => status === 201).map(({ body }) => body.ipsec_site_connection.id)
    const second = await atOnce((client) => {
      const id = made[client]
      return id === undefined
        ? cloud.post(connections, { ipsec_site_connection: request(client) })
        : cloud.delete(`${connections}/${id}`)
    })
    expect(second.filter(({ status }) => status === 204)).toHaveLength(12)
    const came = second.filter(({ status }) => status === 201).length
    expect(came).toBeLessThanOrEqual(12)
    const live = (await cloud.get(`${connections}?fields=id&fields=status`)).body.ipsec_site_connections
    expect(live.filter(({ status }: { status: string }) => status !== 'PENDING_DELETE')).toHaveLength(came)
  })
})

/** An object in a request is merged into the kept one. */
function merged(value: unknown): unknown {
  return typeof value === 'object' ? { units: 'seconds', ...value } : value
}
