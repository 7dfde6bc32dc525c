import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/client.ts'
import { OpenstackCommand } from '../support/openstack-command.ts'
import { OpenstackShell } from '../support/openstack-shell.ts'
import { Service } from '../support/service.ts'

/** The identity commands of the `openstack` client (`client-traffic.md` §2), typed by the administrator and by a member. */

let service: Service
let shell: OpenstackShell
let openstack: OpenstackCommand
beforeAll(async () => {
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
  shell = await OpenstackShell.open(service, 'RegionOne')
  openstack = await OpenstackCommand.open(service)
})
afterAll(async () => {
  await shell?.close()
  await openstack?.close()
  await service?.close()
})

const id = expect.stringMatching(/^[0-9a-f]{32}$/)
const named = (list: readonly Json[], name: string) => list.find(({ Name }) => Name === name)

describe('a project', () => {
  it('is made, listed, shown by name and by id, changed and deleted', async () => {
    const made = await shell.json('project create --description laboratory lab')
    expect(made).toMatchObject({ id, name: 'lab', description: 'laboratory', enabled: true, domain_id: 'default' })
    expect(await shell.json('project list')).toEqual(
      expect.arrayContaining([
        { ID: made.id, Name: 'lab' },
        { ID: expect.any(String), Name: 'admin' },
      ]),
    )
    expect(named(await shell.json('project list --long'), 'lab')).toMatchObject({
      Description: 'laboratory',
      Enabled: true,
    })
    await shell.done('project set --description workshop --disable lab')
    for (const asked of ['lab', made.id]) {
      expect(await shell.json(`project show ${asked}`)).toMatchObject({ description: 'workshop', enabled: false })
    }
    await shell.done('project delete lab')
    expect(await shell.refusal('project show lab')).toContain("No project with a name or ID of 'lab' exists")
  })

  it('is not made twice under one name', async () => {
    await shell.json('project create twin')
    expect(await shell.refusal('project create twin')).toMatch(/409/)
    expect(await shell.json('project create --or-show twin')).toMatchObject({ name: 'twin' })
  })

  it('of one’s own is shown', async () => {
    expect(await shell.json('project show admin')).toMatchObject({ id, name: 'admin', is_domain: false })
  })

  it('is what VPN objects are made for, by its name', async () => {
    const { id: project } = await shell.json('project create owner')
    const made = await shell.json('vpn ike policy create --project owner theirs')
    expect(made.Project).toBe(project)
    expect(await shell.refusal('vpn ike policy create --project nobody theirs')).toContain('nobody')
  })
})

describe('a user', () => {
  it('is made, listed, shown by name and by id, changed and deleted', async () => {
    const made = await shell.json('user create --password first --email erin@example.org erin')
    expect(made).toMatchObject({ id, name: 'erin', enabled: true, domain_id: 'default' })
    expect(JSON.stringify(made)).not.toContain('first')
    expect(named(await shell.json('user list'), 'erin')).toEqual({ ID: made.id, Name: 'erin' })
    await shell.done('user set --disable --description gone erin')
    for (const asked of ['erin', made.id]) {
      expect(await shell.json(`user show ${asked}`)).toMatchObject({ id: made.id, name: 'erin', enabled: false })
    }
    await shell.done(`user delete ${made.id}`)
    expect(await shell.refusal('user show erin')).toContain("No user with a name or ID of 'erin' exists")
  })
})

describe('a role', () => {
  it('is one of the three that are there from the start', async () => {
    const roles: readonly Json[] = await shell.json('role list')
    expect(roles.map(({ Name }) => Name)).toEqual(expect.arrayContaining(['admin', 'member', 'reader']))
  })

  it('is given and taken, and what its bearer may do follows at once', async () => {
    await shell.json('project create branch')
    await shell.json('user create --project branch --password secret-of-mia mia')
    const env = { OS_USERNAME: 'mia', OS_PASSWORD: 'secret-of-mia', OS_PROJECT_NAME: 'branch' }
    const list = () => openstack.run(['vpn', 'service', 'list', '-f', 'json'], { env })
    expect(await list()).toMatchObject({ code: 1, error: expect.stringContaining('401') })

    await shell.done('role add --project branch --user mia member')
    expect(await list()).toEqual({ code: 0, output: '[]\n', error: '' })
    const given = { Role: 'member', User: 'mia@Default', Project: 'branch@Default' }
    const assignments: readonly Json[] = await shell.json('role assignment list --names')
    expect(assignments).toContainEqual(expect.objectContaining(given))
    expect(assignments).toContainEqual(
      expect.objectContaining({ Role: 'admin', User: 'admin@Default', Project: 'admin@Default' }),
    )
    expect(await shell.json('role assignment list --user mia --project branch --names')).toEqual([
      expect.objectContaining(given),
    ])
    expect((await shell.json('role assignment list')).length).toBeGreaterThanOrEqual(assignments.length)

    await shell.done('role remove --project branch --user mia member')
    expect(await list()).toMatchObject({ code: 1, error: expect.stringContaining('401') })
  })

  it('of a member sees its own project, and may not manage people', async () => {
    await shell.json('project create office')
    await shell.json('user create --project office --password secret-of-leo leo')
    await shell.done('role add --project office --user leo member')
    const env = { OS_USERNAME: 'leo', OS_PASSWORD: 'secret-of-leo', OS_PROJECT_NAME: 'office' }
    expect(await openstack.json(['project', 'list'], { env })).toEqual([{ ID: id, Name: 'office' }])
    expect(await openstack.json(['network', 'list', '--external'], { env })).toHaveLength(1)
    const { code, error } = await openstack.run(['user', 'create', 'eve'], { env })
    expect([code, error]).toEqual([1, expect.stringContaining('403')])
    expect(error).toContain('You are not authorized to perform the requested action')
  })
})

describe('what there is once', () => {
  it('a domain', async () => {
    expect(await shell.json('domain list')).toEqual([
      { ID: 'default', Name: 'Default', Enabled: true, Description: expect.any(String) },
    ])
    expect(await shell.json('domain show Default')).toMatchObject({ id: 'default', enabled: true })
  })

  it('the regions, services and endpoints are those of the catalog', async () => {
    const regions: readonly Json[] = await shell.json('region list')
    expect(regions.map(({ Region }) => Region).sort()).toEqual(['RegionOne', 'eu-de'])
    const services: readonly Json[] = await shell.json('service list')
    expect(services.map(({ Name, Type }) => `${Name} ${Type}`).sort()).toEqual(['keystone identity', 'neutron network'])
    const endpoints: readonly Json[] = await shell.json('endpoint list')
    expect(endpoints).toContainEqual(
      expect.objectContaining({
        Region: 'eu-de',
        'Service Name': 'neutron',
        'Service Type': 'network',
        Enabled: true,
        Interface: 'public',
        URL: `${service.url}/otc`,
      }),
    )
    expect(await shell.json('endpoint list --service network --interface public --region RegionOne')).toEqual([
      expect.objectContaining({ URL: `${service.url}/openstack` }),
    ])
  })
})

it('quotas are listed for the projects that there are', async () => {
  const quotas: readonly Json[] = await shell.json('quota list --network')
  // The command leaves out projects whose quotas are the defaults.
  expect(quotas).toEqual([])
  const client = await service.client('/openstack/v2.0')
  const { id: project } = await shell.json('project create counted')
  await client.put(`/quotas/${project}`, { quota: { network: 7 } })
  expect(await shell.json('quota list --network')).toContainEqual(
    expect.objectContaining({ 'Project ID': project, Networks: 7 }),
  )
})

it('an application credential logs in to its project, until it is deleted', async () => {
  const made = await shell.json('application credential create --role member robot')
  expect(made).toMatchObject({ name: 'robot', roles: 'member', secret: expect.stringMatching(/^\S{20,}$/) })
  const without = ['OS_USERNAME', 'OS_PASSWORD', 'OS_USER_DOMAIN_NAME', 'OS_PROJECT_NAME', 'OS_PROJECT_DOMAIN_NAME']
  const env = {
    ...Object.fromEntries(without.map((name) => [name, ''])),
    OS_AUTH_TYPE: 'v3applicationcredential',
    OS_APPLICATION_CREDENTIAL_ID: made.id,
    OS_APPLICATION_CREDENTIAL_SECRET: made.secret,
  }
  expect(await openstack.json(['vpn', 'service', 'list'], { env })).toEqual([])
  const listed: readonly Json[] = await shell.json('application credential list')
  expect(JSON.stringify(listed)).toContain('robot')
  expect(JSON.stringify(listed)).not.toContain(made.secret)
  await shell.done('application credential delete robot')
  expect(await openstack.run(['vpn', 'service', 'list'], { env })).toMatchObject({ code: 1 })
})

it('the command works without a project, in the one that is the user’s default', async () => {
  const env = { OS_PROJECT_NAME: '', OS_PROJECT_DOMAIN_NAME: '' }
  expect(await openstack.json(['network', 'list'], { env })).toHaveLength(1)
})
