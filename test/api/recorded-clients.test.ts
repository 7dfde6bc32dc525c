import { afterEach, describe, expect, it } from 'vitest'
import type { Conversation, RecordedExchange } from '../support/recorded/exchange.ts'
import { complaintsOfGo } from '../support/recorded/go-types.ts'
import { gophercloud } from '../support/recorded/gophercloud.ts'
import { gophertelekomcloud } from '../support/recorded/gophertelekomcloud.ts'
import { neutronclient } from '../support/recorded/neutronclient.ts'
import { Player } from '../support/recorded/player.ts'
import { tempest } from '../support/recorded/tempest.ts'
import { terraformOpenstack } from '../support/recorded/terraform-openstack.ts'
import { terraformOpentelekomcloud } from '../support/recorded/terraform-opentelekomcloud.ts'

/** What real clients send, said to our server in their order: each gets the answers that it goes on with. */

let player: Player | undefined
afterEach(async () => {
  await player?.close()
  player = undefined
})

async function expectAnswered(player: Player, exchange: RecordedExchange, decodesInGo: boolean): Promise<void> {
  const { method, path, status, answer } = exchange
  const said = await player.say(exchange)
  const what = `${method} ${player.fill(path)} ${JSON.stringify(exchange.body) ?? ''}`
  expect(said.status, `${what}: ${JSON.stringify(said.body)}`).toBe(status)
  // A name that nothing was kept under would compare with nothing.
  expect(player.fill(path)).not.toMatch(/[{}]/)
  if (answer) expect(said.body, what).toMatchObject(player.expected(answer))
  if (status === 204) expect(said.body, what).toBeUndefined()
  if (status >= 400) expect(said.body.NeutronError?.message ?? said.body.error?.message, what).toMatch(/\w{4}/)
  expect(said.headers['x-openstack-request-id'], what).toMatch(/^req-[0-9a-f-]{36}$/)
  // The vendor's VPC API has structures of its own.
  if (decodesInGo && path.startsWith('{P}/v2.0/')) expect(complaintsOfGo(said.body), what).toEqual([])
}

const conversations: readonly Conversation[] = [
  gophercloud,
  gophertelekomcloud,
  terraformOpenstack,
  terraformOpentelekomcloud,
  tempest,
  neutronclient,
]

async function replay(conversation: Conversation): Promise<void> {
  player = await Player.open(conversation)
  for (const exchange of conversation.exchanges) await expectAnswered(player, exchange, conversation.decodesInGo)
  expect(player.cloud.failures).toEqual([])
}

describe('a recorded conversation', () => {
  it.each(conversations)('of $client is answered as it needs', replay)
}, 30_000)

describe('decoding in Go', () => {
  const connection = {
    id: 'a',
    tenant_id: 'b',
    psk: 'c',
    mtu: 1500,
    dpd: {},
    status: 'DOWN',
    peer_cidrs: [],
    peer_address: 'd',
  }
  const answer = (changes: object) => ({ ipsec_site_connection: { ...connection, admin_state_up: true, ...changes } })

  it('takes the types of its structures, and null for each', () => {
    expect(complaintsOfGo(answer({ peer_cidrs: null, local_ep_group_id: null }))).toEqual([])
    expect(complaintsOfGo({ extensions: [] })).toEqual([])
  })

  it.each([
    [{ mtu: '1500' }, 'ipsec_site_connection.mtu is "1500", which is no int'],
    [{ peer_cidrs: '10.0.0.0/8' }, 'ipsec_site_connection.peer_cidrs is "10.0.0.0/8", which is no strings'],
    [{ dpd: { interval: '30' } }, 'ipsec_site_connection.dpd.interval is "30", which is no int'],
    [{ admin_state_up: 'true' }, 'ipsec_site_connection.admin_state_up is "true", which is no bool'],
  ])('fails on %j', (changes, complaint) => {
    expect(complaintsOfGo(answer(changes))).toEqual([complaint])
    expect(complaintsOfGo({ ipsec_site_connections: [answer(changes).ipsec_site_connection] })).toEqual([complaint])
  })

  it('misses what is compared with what was sent', () => {
    expect(complaintsOfGo({ endpoint_group: { id: 'a', description: '', type: 'cidr', endpoints: [] } })).toEqual([
      'endpoint_group.tenant_id is missing',
    ])
  })
})
