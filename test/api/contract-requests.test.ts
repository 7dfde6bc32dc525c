import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, aGround, type Ground, TestCloud } from '../support/cloud.ts'
import { type Person, tokenOf } from '../support/people.ts'
import { absent, flavours, vpnResources } from '../support/vpn-resources.ts'

/**
 * What is asked of the body of a request, in the order in which it is asked (`semantics.md` §1 steps 3 to 11, words of
 * `classic-api.md` §0.4): the same for each of the five VPN resources, in both flavours.
 */

describe.each(flavours)('$name', ({ name, v2 }) => {
  let cloud: TestCloud
  let ground: Ground
  let spare: { id: string }
  let member: string
  let reader: string
  const project = { id: 'aa000000000000000000000000000000', name: 'a' }
  const person = (roles: Person['roles']): Person => ({ name: roles.join(' and '), project, roles })
  const as = (token: string) => ({ 'x-auth-token': token })

  beforeAll(async () => {
    cloud = await TestCloud.open()
    ground = await aGround(cloud, { v2 })
    // One that carries no service yet.
    const { external_gateway_info } = (await cloud.get(`${v2}/routers/${ground.router}`)).body.router
    const { network_id } = external_gateway_info
    spare = await cloud.make(`${v2}/routers`, 'router', { external_gateway_info: { network_id } })
    member = await tokenOf(cloud, person(['member', 'reader']))
    reader = await tokenOf(cloud, person(['reader']))
  })
  afterAll(() => cloud.close())

  /** The refusal's status, type and words; in the OTC flavour with a code beside. */
  function refusal({ status, body }: Answer): readonly [number, string, string] {
    const { type, message, detail } = body.NeutronError
    expect(detail).toBe('')
    if (name === 'otc') expect(body).toMatchObject({ code: expect.stringMatching(/^VPC\.\d{4}$/), message })
    else expect(Object.keys(body)).toEqual(['NeutronError'])
    return [status, type, message]
  }

  describe.each(vpnResources)('$singular', ({ singular, path, required, fixed, notFound, least }) => {
    const collection = v2 + path
    const valid = () => least({ ...ground, router: spare.id })
    const post = (attributes: unknown, token = member) =>
      cloud.request('POST', collection, { [singular]: attributes }, as(token))
    const put = (attributes: unknown, token = member, id = absent) =>
      cloud.request('PUT', `${collection}/${id}`, { [singular]: attributes }, as(token))

    it.each([
      ['{', 'MalformedRequestBody', 'Malformed request body: Cannot understand JSON.'],
      ['', 'HTTPBadRequest', 'Resource body required'],
      ['[]', 'HTTPBadRequest', 'Resource body required'],
      ['17', 'HTTPBadRequest', 'Body contains invalid data'],
      ['{"wrong": {}}', 'HTTPBadRequest', `Unable to find '${singular}' in request body`],
      [`{"${singular}": null}`, 'HTTPBadRequest', `Unable to find '${singular}' in request body`],
      [`{"${singular}": "text"}`, 'HTTPBadRequest', `Object '${singular}' contains invalid data`],
    ])('a body %s is refused by POST and PUT', async (body, type, message) => {
      for (const [method, where] of [
        ['POST', collection],
        ['PUT', `${collection}/${absent}`],
      ] as const) {
        expect(refusal(await cloud.request(method, where, body, as(member)))).toEqual([400, type, message])
      }
    })

    it('an unknown attribute comes before a missing, a read-only and a wrong one', async () => {
      const unknown = [400, 'HTTPBadRequest', "Unrecognized attribute(s) 'nonsense, other'"]
      expect(refusal(await post({ nonsense: 1, name: 5, id: absent, other: 2 }))).toEqual(unknown)
      expect(refusal(await put({ nonsense: 1, name: 5, id: absent, other: 2 }))).toEqual(unknown)
    })

    it('somebody else’s project comes before an unknown attribute, and only an administrator may name one', async () => {
      const foreign = [
        400,
        'HTTPBadRequest',
        "Specifying 'project_id' other than the authenticated project in request is not allowed for the current user.",
      ]
      const tenant_id = 'bb000000000000000000000000000000'
      expect(refusal(await post({ tenant_id, nonsense: 1 }))).toEqual(foreign)
      expect(refusal(await post({ tenant_id: null }))).toEqual(foreign)
      expect(refusal(await put({ tenant_id, nonsense: 1 }))).toEqual(foreign)
    })

    it('an attribute that POST does not take comes before a wrong one', async () => {
      for (const key of ['id', ...(singular === 'vpnservice' || required.length > 2 ? ['status'] : [])]) {
        expect(refusal(await post({ ...valid(), [key]: absent, name: 5 }))).toEqual([
          400,
          'HTTPBadRequest',
          `Attribute '${key}' not allowed in POST`,
        ])
      }
    })

    it('attributes that are missing are named one at a time, in the order of the definition', async () => {
      const given: Record<string, unknown> = {}
      const order =
        name === 'otc' && singular === 'ipsec_site_connection'
          ? [...required.slice(0, 2), 'local_ep_group_id', 'peer_ep_group_id', ...required.slice(2)]
          : required
      for (const key of order) {
        expect(refusal(await post({ ...given, name: 5 }))).toEqual([
          400,
          'HTTPBadRequest',
          `Failed to parse request. Required attribute '${key}' not specified`,
        ])
        given[key] = valid()[key]
      }
    })

    it('an attribute that PUT does not take comes before a wrong one and before an unknown object', async () => {
      for (const key of ['id', 'tenant_id', ...fixed]) {
        const value = key === 'tenant_id' ? project.id : (valid()[key] ?? absent)
        expect(refusal(await put({ name: 5, [key]: value }))).toEqual([
          400,
          'HTTPBadRequest',
          `Cannot update read-only attribute ${key}`,
        ])
      }
      expect(refusal(await put({ tenant_id: project.id, ...(fixed[0] && { [fixed[0]]: null }), id: absent }))[2]).toBe(
        'Cannot update read-only attribute id',
      )
    })

    it('of several wrong values the first of the definition is told', async () => {
      expect(refusal(await post({ ...valid(), description: 7, name: 5 }))).toEqual([
        400,
        'HTTPBadRequest',
        "Invalid input for name. Reason: '5' is not a valid string.",
      ])
    })

    it('a wrong value comes before an unknown object and before a missing role', async () => {
      const wrong = [400, 'HTTPBadRequest', "Invalid input for name. Reason: '5' is not a valid string."]
      expect(refusal(await put({ name: 5 }))).toEqual(wrong)
      expect(refusal(await put({ name: 5 }, reader))).toEqual(wrong)
      expect(refusal(await post({ ...valid(), name: 5 }, reader))).toEqual(wrong)
    })

    it('without the role, POST is forbidden, a list is empty, and everything else is not there', async () => {
      const { id } = await cloud.make(collection, singular, { ...valid(), ...mine() })
      const hidden = [404, notFound(id).type, notFound(id).message]
      const [status, type, message] = refusal(await post(valid(), reader))
      expect([status, type, message]).toEqual([
        403,
        'PolicyNotAuthorized',
        `rule:create_${singular} is disallowed by policy`,
      ])
      expect(refusal(await put({ name: 'x' }, reader, id))).toEqual(hidden)
      expect(refusal(await cloud.request('GET', `${collection}/${id}`, undefined, as(reader)))).toEqual(hidden)
      expect(refusal(await cloud.request('DELETE', `${collection}/${id}`, undefined, as(reader)))).toEqual(hidden)
      const list = await cloud.request('GET', collection, undefined, as(reader))
      expect([list.status, Object.values(list.body)]).toEqual([200, [[]]])
      expect((await cloud.delete(`${collection}/${id}`)).status).toBe(204)
    })

    /** Owned by the reader's project where its references need not be. */
    const mine = () => (required.length === 0 || singular === 'endpoint_group' ? { tenant_id: project.id } : {})

    it('what another project has is not there for a member', async () => {
      const { id } = await cloud.make(collection, singular, valid())
      const hidden = [404, notFound(id).type, notFound(id).message]
      expect(refusal(await put({ name: 'x' }, member, id))).toEqual(hidden)
      expect(refusal(await cloud.request('GET', `${collection}/${id}`, undefined, as(member)))).toEqual(hidden)
      expect(refusal(await cloud.request('DELETE', `${collection}/${id}`, undefined, as(member)))).toEqual(hidden)
      expect((await cloud.delete(`${collection}/${id}`)).status).toBe(204)
    })

    it('a DELETE with a body is refused, and the object stays', async () => {
      const { id } = await cloud.make(collection, singular, valid())
      expect(refusal(await cloud.request('DELETE', `${collection}/${id}`, {}))).toEqual([
        400,
        'HTTPBadRequest',
        'Request body is not supported in DELETE.',
      ])
      expect((await cloud.delete(`${collection}/${id}`)).status).toBe(204)
      expect(refusal(await cloud.get(`${collection}/${absent}`))).toEqual([404, ...Object.values(notFound(absent))])
    })

    it('other methods are not allowed, and deeper paths are not there', async () => {
      for (const [method, where] of [
        ['PUT', collection],
        ['DELETE', collection],
        ['PATCH', collection],
        ['OPTIONS', collection],
        ['POST', `${collection}/${absent}`],
        ['PATCH', `${collection}/${absent}`],
        ['OPTIONS', `${collection}/${absent}`],
      ] as const) {
        expect(refusal(await cloud.request(method, where)), `${method} ${where}`).toEqual([
          405,
          'HTTPMethodNotAllowed',
          `The method ${method} is not allowed for this resource.`,
        ])
      }
      expect(refusal(await cloud.get(`${collection}/${absent}/more`))).toEqual([
        404,
        'HTTPNotFound',
        'The resource could not be found.',
      ])
    })

    it('several at once are not made', async () => {
      const answer = await cloud.request('POST', collection, { [vpnPlural(singular)]: [valid()] }, as(member))
      expect(refusal(answer)).toEqual([400, 'HTTPBadRequest', 'Bulk operation not supported'])
    })

    it('the administrator makes one for another project', async () => {
      const made = await cloud.make(collection, singular, { ...valid(), tenant_id: project.id })
      expect(made.tenant_id).toBe(project.id)
      expect(made.project_id).toBe(name === 'openstack' ? project.id : undefined)
      expect((await cloud.delete(`${collection}/${made.id}`)).status).toBe(204)
    })
  })

  it('the owner has one name in the OTC flavour and two in the OpenStack flavour, which have to agree', async () => {
    const policies = `${v2}/vpn/ikepolicies`
    const create = (ikepolicy: object) => cloud.request('POST', policies, { ikepolicy }, as(member))
    const other = 'bb000000000000000000000000000000'
    if (name === 'otc') {
      const unknown = [400, 'HTTPBadRequest', "Unrecognized attribute(s) 'project_id'"]
      expect(refusal(await create({ project_id: project.id }))).toEqual(unknown)
      return
    }
    const differ = [400, 'HTTPBadRequest', "'project_id' and 'tenant_id' do not match"]
    expect(refusal(await create({ project_id: project.id, tenant_id: other, nonsense: 1 }))).toEqual(differ)
    expect((await create({ project_id: project.id, tenant_id: project.id })).status).toBe(201)
    const updated = await cloud.put(`${policies}/${absent}`, { ikepolicy: { project_id: project.id } })
    expect(refusal(updated)[2]).toBe('Cannot update read-only attribute project_id')
  })

  it('an administrator’s owner is a text, looked at with the other values', async () => {
    const create = (ikepolicy: object) => cloud.post(`${v2}/vpn/ikepolicies`, { ikepolicy })
    expect(refusal(await create({ tenant_id: 5, nonsense: 1 }))[2]).toBe("Unrecognized attribute(s) 'nonsense'")
    expect(refusal(await create({ tenant_id: 5, name: 7 }))[2]).toBe(
      "Invalid input for tenant_id. Reason: '5' is not a valid string.",
    )
  })
})

function vpnPlural(singular: string): string {
  return vpnResources.find((each) => each.singular === singular)?.plural ?? ''
}
