import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectionId, GatewayId } from '../../src/model/ids.ts'
import type { ConnectionReport } from '../../src/model/tunnel.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { mostEvents } from '../../src/store/diagnosis.ts'
import { TestAgent } from '../support/agent.ts'
import { type Answer, aGround, type Ground, seedRequest, TestCloud } from '../support/cloud.ts'
import { until } from '../support/until.ts'

const peer = '172.24.4.233'
const at = '2026-11-25 03:00:00.000000'
const proposal: Verdict = {
  code: 'IKE_PROPOSAL_MISMATCH',
  field: 'ikepolicy.auth_algorithm',
  configured: 'sha256',
  offered: 'sha1',
  evidence: [{ time: at, line: 'received proposals: IKE:AES_CBC_128/HMAC_SHA1_96/PRF_HMAC_SHA1/MODP_2048' }],
  since: at,
}

describe.each([
  { flavour: 'otc', v2: '/otc/v2.0', sha256: 'sha2-256' },
  { flavour: 'openstack', v2: '/openstack/v2.0', sha256: 'sha256' },
])('the diagnosis in the $flavour flavour', ({ v2, sha256 }) => {
  const connections = `${v2}/vpn/ipsec-site-connections`
  let cloud: TestCloud
  let ground: Ground
  let id: string
  beforeEach(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
    id = (await cloud.make(connections, 'ipsec_site_connection', seedRequest(ground))).id
  })
  afterEach(() => cloud.close())

  const get = (part: string): Promise<Answer> => cloud.get(`${connections}/${id}/${part}`)
  const diagnosis = async () => (await get('diagnosis')).body.diagnosis
  const events = async (query = '') => (await get(`events${query}`)).body.events
  const restart = () => cloud.post(`${connections}/${id}/restart`, undefined)
  const report = async (told: Omit<ConnectionReport, 'connection'>, problem?: string) => {
    const gateway = ground.router as GatewayId
    const { revision } = await cloud.server.controlPlane.desired(gateway)
    const about = { connection: id as ConnectionId, ...told }
    await cloud.server.controlPlane.report({
      gateway,
      revision,
      connections: [about],
      ...(problem !== undefined && { problem }),
    })
  }

  it('names the field, both values in the flavour’s spelling, and what to change on each side', async () => {
    await report({ state: 'down', verdict: proposal })
    const told = await diagnosis()
    expect(told).toMatchObject({
      state: 'DOWN',
      code: 'IKE_PROPOSAL_MISMATCH',
      field: 'ikepolicy.auth_algorithm',
      configured: sha256,
      offered: 'sha1',
      evidence: proposal.evidence,
      since: at,
    })
    expect(told.explanation).toBe(`ikepolicy.auth_algorithm is ${sha256} here, but the peer offers sha1.`)
    expect(told.fix.here).toMatch(/IKE policy/)
    expect(told.fix.there).toMatch(/integrity/)
    expect((await get('diagnosis?fields=code&fields=state')).body).toEqual({
      diagnosis: { code: 'IKE_PROPOSAL_MISMATCH', state: 'DOWN' },
    })
  })

  it('says that nothing is wrong where nothing is', async () => {
    await report({ state: 'up' })
    expect(await diagnosis()).toMatchObject({ state: 'ACTIVE', code: null, field: null, fix: null, evidence: [] })
  })

  it('goes on since when a cause was first seen, and ends when it is mended', async () => {
    await report({ state: 'down', verdict: proposal })
    await report({ state: 'down', verdict: { ...proposal, since: '2026-11-25 04:00:00.000000' } })
    expect((await diagnosis()).since).toBe(at)
    await report({ state: 'up' })
    expect((await diagnosis()).code).toBeNull()
    expect((await events()).map(({ kind, status, code }: Answer['body']) => [kind, status, code])).toEqual([
      ['mended', 'ACTIVE', 'IKE_PROPOSAL_MISMATCH'],
      ['status', 'ACTIVE', null],
      ['verdict', 'DOWN', 'IKE_PROPOSAL_MISMATCH'],
      ['status', 'DOWN', null],
    ])
  })

  it('tells that a gateway could not be made, in the machine’s words', async () => {
    await report({ state: 'down' }, 'no namespace could be made')
    expect(await diagnosis()).toMatchObject({
      state: 'ERROR',
      code: 'GATEWAY_FAILED',
      evidence: [{ line: 'no namespace could be made' }],
    })
  })

  it('tells that a service is switched off', async () => {
    await report({ state: 'up' })
    await cloud.put(`${v2}/vpn/vpnservices/${ground.vpnservice_id}`, { vpnservice: { admin_state_up: false } })
    expect(await diagnosis()).toMatchObject({ code: 'SWITCHED_OFF', field: 'vpnservice_id' })
  })

  it('is of nobody else’s connection', async () => {
    id = '00000000-0000-4000-8000-000000000000'
    const answers = [await get('diagnosis'), await get('tunnel'), await get('events'), await restart()]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404])
  })

  it('keeps a history that is filtered, comes in pages, and is bounded', async () => {
    for (let n = 0; n < mostEvents; n++) await report({ state: n % 2 === 0 ? 'up' : 'down' })
    expect(await events('?kind=status&status=ACTIVE&limit=5')).toHaveLength(5)
    expect(await events('?code=PSK_MISMATCH')).toEqual([])
    const [newest, second] = await events('?limit=2')
    expect(newest.time >= second.time).toBe(true)
    expect((await events(`?limit=1&marker=${newest.id}`)).map((event: Answer['body']) => event.id)).toEqual([second.id])
    for (let n = 0; n < 20; n++) await report({ state: n % 2 === 0 ? 'up' : 'down' })
    expect(await events()).toHaveLength(mostEvents)
  })

  it('restarts a connection, and not again before that is carried out', async () => {
    expect((await restart()).status).toBe(409)
    await report({ state: 'up' })
    expect((await restart()).status).toBe(204)
    expect((await restart()).status).toBe(409)
    await report({ state: 'up' })
    expect((await restart()).status).toBe(204)
    expect((await events('?kind=restart')).map(({ message }: Answer['body']) => message)).toHaveLength(2)
  })

  describe('with an agent', () => {
    let agent: TestAgent
    beforeEach(() => {
      agent = new TestAgent(cloud)
    })
    afterEach(() => agent.close())
    const becomes = (wanted: { state?: string; code?: string | null }) =>
      until(
        async () => {
          const { state, code } = await diagnosis()
          return (wanted.state ?? state) === state && (wanted.code === undefined || wanted.code === code)
        },
        { what: JSON.stringify(wanted), deadlineMs: 10_000 },
      )

    it('is what the peer’s answer means', async () => {
      await becomes({ state: 'ACTIVE', code: null })
      agent.driver.peer(peer).refuse('secret')
      agent.driver.peer(peer).hangUp()
      await becomes({ state: 'DOWN', code: 'AUTHENTICATION_REFUSED' })
      agent.driver.peer(peer).refuse('nothing')
      await becomes({ state: 'ACTIVE', code: null })
    })

    it('shows the live SAs, and none when they are gone', async () => {
      await becomes({ state: 'ACTIVE' })
      const tunnel = async () => (await get('tunnel')).body.tunnel
      const shown = await until(
        async () => {
          const now = await tunnel()
          return now.ike_sas[0]?.child_sas[0]?.state === 'installed' ? now : undefined
        },
        { what: 'a child SA' },
      )
      expect(shown.ike_sas).toMatchObject([
        {
          state: 'established',
          initiated_by: 'us',
          child_sas: [{ local_cidrs: ['10.1.0.0/24'], peer_cidrs: ['10.2.0.0/24'], packets_in: 0 }],
        },
      ])
      expect(Object.keys((await get('tunnel?fields=observed_at')).body.tunnel)).toEqual(['observed_at'])
      agent.driver.peer(peer).refuse('secret')
      agent.driver.peer(peer).hangUp()
      await until(async () => (await tunnel()).ike_sas.length === 0, { what: 'no SA' })
      expect((await tunnel()).observed_at > shown.observed_at).toBe(true)
    })

    it('makes new tunnels at a restart', async () => {
      await becomes({ state: 'ACTIVE' })
      const gateway = ground.router as GatewayId
      const tunnelNumbers = async () =>
        (await agent.driver.observe(gateway)).daemon?.tunnels
          .filter(({ state }) => state === 'established')
          .map(({ ikeSa }) => ikeSa) ?? []
      const [before] = await tunnelNumbers()
      expect((await restart()).status).toBe(204)
      await until(
        async () => {
          const now = await tunnelNumbers()
          return now.length === 1 && now[0] !== before
        },
        { what: 'another tunnel' },
      )
      await becomes({ state: 'ACTIVE', code: null })
    })
  })
})
