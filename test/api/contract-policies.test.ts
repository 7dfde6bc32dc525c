import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestCloud } from '../support/cloud.ts'
import { words } from '../support/refusal.ts'
import { flavours } from '../support/vpn-resources.ts'

/** What values a policy takes for what, and in which words others are refused: `classic-api.md` §0, §0.4, §3 and §4. */

let cloud: TestCloud
beforeAll(async () => {
  cloud = await TestCloud.open()
})
afterAll(() => cloud.close())

describe.each(flavours)('policies, $name', ({ name, v2 }) => {
  const path = `${v2}/vpn/ipsecpolicies`
  const create = (ipsecpolicy: object) => cloud.post(path, { ipsecpolicy })
  const made = async (ipsecpolicy: object) => (await create(ipsecpolicy)).body.ipsecpolicy

  it('a lifetime is given whole, in part, empty or null', async () => {
    for (const lifetime of [{}, null, { units: 'seconds' }, { value: 3600 }, { value: '3600' }]) {
      expect((await made({ lifetime })).lifetime).toEqual({ units: 'seconds', value: 3600 })
    }
  })

  it('a PUT merges a lifetime with the stored one', async () => {
    const { id } = await made({ lifetime: { value: 7200 } })
    const put = async (lifetime: unknown) =>
      (await cloud.put(`${path}/${id}`, { ipsecpolicy: { lifetime } })).body.ipsecpolicy.lifetime.value
    expect(await put({})).toBe(7200)
    expect(await put(null)).toBe(7200)
    expect(await put({ units: 'seconds' })).toBe(7200)
    expect(await put({ value: 2000 })).toBe(2000)
  })

  it('the answer to a PUT has a lifetime as it was sent in the OpenStack flavour, and any other answer a number', async () => {
    const { id } = await made({})
    const answer = await cloud.put(`${path}/${id}`, {
      ipsecpolicy: { lifetime: { units: 'seconds', value: '2000' } },
    })
    expect(answer.body.ipsecpolicy.lifetime).toEqual({
      units: 'seconds',
      value: name === 'openstack' ? '2000' : 2000,
    })
    expect((await cloud.get(`${path}/${id}`)).body.ipsecpolicy.lifetime.value).toBe(2000)
    const number = await cloud.put(`${path}/${id}`, { ipsecpolicy: { lifetime: { value: 3000 } } })
    expect(number.body.ipsecpolicy.lifetime.value).toBe(3000)
  })

  it.each([
    ['lifetime', { value: 59 }, "'59' is too small - must be at least '60'"],
    ['lifetime', { value: 'soon' }, "'soon' is not an integer"],
    ['lifetime', { value: null }, "'None' is not an integer"],
    ['lifetime', { value: 3600.5 }, "'3600.5' is not an integer"],
    ['lifetime', { units: 'kilobytes' }, 'kilobytes is not in valid_values'],
    ['lifetime', { value: 60, extra: 1 }, 'Unexpected keys supplied: extra'],
    ['lifetime', 3600, "'3600' is not a dictionary"],
    ['transform_protocol', 'ESP', 'ESP is not in valid_values'],
    ['auth_algorithm', null, 'None is not in valid_values'],
    ['encryption_algorithm', 'aes-512', 'aes-512 is not in valid_values'],
    ['pfs', 'Group5', 'Group5 is not in valid_values'],
    ['encapsulation_mode', 'beet', 'beet is not in valid_values'],
    ['description', 'x'.repeat(256), `'${'x'.repeat(256)}' exceeds maximum length of 255`],
  ])('%s %j is refused', async (attribute, value, reason) => {
    expect(words(await create({ [attribute]: value }))).toBe(`Invalid input for ${attribute}. Reason: ${reason}.`)
  })

  it('a lifetime has an end in the OTC flavour', async () => {
    const answer = await create({ lifetime: { value: 604_801 } })
    if (name === 'openstack') expect(answer.status).toBe(201)
    else expect(words(answer)).toMatch("'604801' is too large - must be no larger than '604800'")
  })

  it('`value` and `units` beside the lifetime are unknown', async () => {
    expect(words(await create({ value: 3600, units: 'seconds' }))).toBe("Unrecognized attribute(s) 'value, units'")
  })

  it('the Go SDKs’ name for the negotiation mode is taken in POST, PUT and filters', async () => {
    const policies = `${v2}/vpn/ikepolicies`
    const ike = await cloud.make(policies, 'ikepolicy', { name: 'from go', phase_1_negotiation_mode: 'main' })
    expect(ike.phase1_negotiation_mode).toBe('main')
    const changed = await cloud.put(`${policies}/${ike.id}`, {
      ikepolicy: { phase_1_negotiation_mode: name === 'openstack' ? 'aggressive' : 'main' },
    })
    const mode = name === 'openstack' ? 'aggressive' : 'main'
    expect(changed.body.ikepolicy.phase1_negotiation_mode).toBe(mode)
    const list = (wanted: string) =>
      cloud
        .get(`${policies}?name=from+go&phase_1_negotiation_mode=${wanted}&fields=id`)
        .then(({ body }) => body.ikepolicies)
    expect(await list(mode)).toEqual([{ id: ike.id }])
    expect(await list('base')).toEqual([])
    const wrong = await cloud.post(policies, { ikepolicy: { phase_1_negotiation_mode: 'base' } })
    expect(words(wrong)).toBe('Invalid input for phase1_negotiation_mode. Reason: base is not in valid_values.')
    const both = { phase1_negotiation_mode: 'main', phase_1_negotiation_mode: 'main' }
    expect(words(await cloud.post(policies, { ikepolicy: both }))).toBe(
      "Unrecognized attribute(s) 'phase_1_negotiation_mode'",
    )
    await cloud.delete(`${policies}/${ike.id}`)
  })

  it('a name is what the flavour calls one', async () => {
    const rename = (value: unknown) => create({ name: value })
    if (name === 'otc') {
      expect(words(await rename(''))).toMatch('Invalid input for name.')
      expect(words(await rename('x'.repeat(65)))).toMatch('exceeds maximum length of 64')
    } else {
      expect((await made({ name: '' })).name).toBe('')
      expect(words(await rename('x'.repeat(256)))).toMatch('exceeds maximum length of 255')
      for (const blank of [' a', 'a ', '\ta', 'a\u00a0', ' ']) {
        expect(words(await rename(blank))).toMatch('begins or ends with white space')
      }
      for (const unprintable of ['a\nb', 'a\u200bb', 'a\u2028b', 'a\u00a0b', 'a\u0007b', 'a\ue000b']) {
        expect(words(await rename(unprintable))).toMatch('it contains a character that is not printable')
      }
    }
    expect((await made({ name: 'naïve ✓ 名 two words' })).name).toBe('naïve ✓ 名 two words')
    expect(words(await rename(null))).toBe("Invalid input for name. Reason: 'None' is not a valid string.")
  })
})
