import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TestAgent } from '../support/agent.ts'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'

/** The states of services and connections (`semantics.md` §6.2), with a healthy agent at work. */

/** How long anything may be pending. */
const pendingMs = 1_000

describe.each([
  { flavour: 'otc', v2: '/otc/v2.0', whileChanging: 'PENDING_UPDATE' },
  { flavour: 'openstack', v2: '/openstack/v2.0', whileChanging: undefined },
])('$flavour flavour', ({ v2, whileChanging }) => {
  const connections = `${v2}/vpn/ipsec-site-connections`
  let cloud: TestCloud
  let ground: Ground
  beforeEach(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
  })
  afterEach(() => cloud.close())

  const service = async () => (await cloud.get(`${v2}/vpn/vpnservices/${ground.vpnservice_id}`)).body.vpnservice
  const create = async () =>
    (await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))) as { id: string; status: string }
  const put = (id: string, changes: object): Promise<Answer> =>
    cloud.put(`${connections}/${id}`, { ipsec_site_connection: changes })
  const statusOf = async (id: string) =>
    (await cloud.get(`${connections}/${id}?fields=status`)).body.ipsec_site_connection?.status
  const becomes = (id: string, status: string | undefined) =>
    until(async () => (await statusOf(id)) === status, { what: `status ${status}`, deadlineMs: pendingMs })

  describe('with an agent', () => {
    let agent: TestAgent
    beforeEach(() => {
      agent = new TestAgent(cloud)
    })
    afterEach(() => agent.close())

    it('a service without connections becomes ACTIVE, and can be changed then', async () => {
      await until(async () => (await service()).status === 'ACTIVE', { what: 'ACTIVE', deadlineMs: pendingMs })
      const path = `${v2}/vpn/vpnservices/${ground.vpnservice_id}`
      const changed = await cloud.put(path, { vpnservice: { admin_state_up: false } })
      expect([changed.status, changed.body.vpnservice.status]).toEqual([200, 'ACTIVE'])
      await until(async () => (await service()).status === 'DOWN', { what: 'DOWN', deadlineMs: pendingMs })
      expect((await cloud.put(path, { vpnservice: { admin_state_up: true } })).status).toBe(200)
      await until(async () => (await service()).status === 'ACTIVE', { what: 'ACTIVE', deadlineMs: pendingMs })
    })

    it('a connection goes from PENDING_CREATE to ACTIVE, to DOWN with its peer, and back', async () => {
      const { id, status } = await create()
      expect(status).toBe('PENDING_CREATE')
      await becomes(id, 'ACTIVE')
      agent.driver.peer('172.24.4.233').refuse('secret')
      agent.driver.peer('172.24.4.233').hangUp()
      await becomes(id, 'DOWN')
      agent.driver.peer('172.24.4.233').refuse('nothing')
      agent.driver.peer('172.24.4.233').dial(id as never)
      await becomes(id, 'ACTIVE')
    })

    it('a change is answered with the state before it, and is over at once', async () => {
      const { id } = await create()
      await becomes(id, 'ACTIVE')
      const changed = await put(id, { psk: 'another-key' })
      expect([changed.status, changed.body.ipsec_site_connection.status]).toEqual([200, 'ACTIVE'])
      await becomes(id, 'ACTIVE')
      expect((await put(id, { name: 'again' })).status).toBe(200)
    })

    it('a deleted connection is gone at once, and what it used is free', async () => {
      const { id } = await create()
      await becomes(id, 'ACTIVE')
      expect((await cloud.delete(`${connections}/${id}`)).status).toBe(204)
      expect((await cloud.delete(`${v2}/vpn/ikepolicies/${ground.ikepolicy_id}`)).status).toBe(204)
      await until(async () => (await cloud.get(`${connections}/${id}`)).status === 404, { deadlineMs: pendingMs })
    })

    it('nothing is pending for longer than a second, whatever is done in whatever order', async () => {
      let longest = 0
      /** From an answer to the first look that finds nothing pending. */
      const settled = async (id: string) => {
        const begun = performance.now()
        await until(async () => !/^PENDING/.test((await statusOf(id)) ?? 'gone'), { deadlineMs: pendingMs })
        longest = Math.max(longest, performance.now() - begun)
      }
      for (let round = 0; round < 15; round += 1) {
        const { id } = await create()
        await settled(id)
        for (let turn = 0; turn <= round % 3; turn += 1) {
          expect((await put(id, { name: `n${round}-${turn}` })).status).toBe(200)
          await settled(id)
        }
        if (round % 2 === 0) expect((await put(id, { psk: `another-key-${round}` })).status).toBe(200)
        expect((await cloud.delete(`${connections}/${id}`)).status).toBe(204)
        await settled(id)
        expect((await cloud.get(`${connections}/${id}`)).status).toBe(404)
      }
      console.log(`${v2}: pending for ${Math.round(longest)} ms at the most`)
    }, 30_000)
  })

  describe('told what the host says', () => {
    const report = async (connection?: { id: string; state: 'up' | 'down' | 'failed' }, problem?: string) => {
      const { revision } = await cloud.server.controlPlane.desired(ground.router as never)
      await cloud.server.controlPlane.report({
        gateway: ground.router as never,
        revision,
        connections: connection ? [{ connection: connection.id as never, state: connection.state }] : [],
        ...(problem !== undefined && { problem }),
      })
    }

    it.each([
      ['up', 'ACTIVE'],
      ['down', 'DOWN'],
      ['failed', 'ERROR'],
    ] as const)('a connection that is %s is %s, and a change of it is accepted', async (state, status) => {
      const { id } = await create()
      await report({ id, state })
      expect(await statusOf(id)).toBe(status)
      const { status: code, body } = await put(id, { name: 'changed' })
      expect([code, body.ipsec_site_connection.status]).toEqual([200, status])
      expect(await statusOf(id)).toBe(whileChanging ?? status)
      await report({ id, state })
      expect(await statusOf(id)).toBe(status)
    })

    it('a gateway that cannot be made puts its service and connections into ERROR, and out again', async () => {
      const { id } = await create()
      await report(undefined, 'the daemon did not start')
      expect([(await service()).status, await statusOf(id)]).toEqual(['ERROR', 'ERROR'])
      await report({ id, state: 'down' })
      expect([(await service()).status, await statusOf(id)]).toEqual(['ACTIVE', 'DOWN'])
    })

    it('what is pending is not changed, but deleted', async () => {
      const { id } = await create()
      const { status, body } = await put(id, { name: 'too early' })
      expect([status, body.NeutronError.type]).toEqual([400, 'VPNStateInvalidToUpdate'])
      expect((await cloud.delete(`${connections}/${id}`)).status).toBe(204)
    })
  })
})
