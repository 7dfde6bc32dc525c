import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '../support/client.ts'
import { runProgram } from '../support/openstack-command.ts'
import { Service } from '../support/service.ts'

/** `openstack_sdk.py` beside this, run in both regions: the whole life of everything through the distribution's SDK. */

const script = fileURLToPath(new URL('openstack_sdk.py', import.meta.url))
// The distribution's packages are in its own Python, whichever comes first in PATH.
const python = '/usr/bin/python3'

let service: Service
let home: string
beforeAll(async () => {
  service = await Service.open({ env: { SALLYPORT_DRIVER: 'simulated' } })
  home = await mkdtemp(join(tmpdir(), 'sallyport-home-'))
})
afterAll(async () => {
  await service?.close()
  await rm(home, { recursive: true, force: true })
})

const id = expect.stringMatching(/^[0-9a-f-]{36}$/)
const defaults = { action: 'hold', interval: 30, timeout: 120 }

describe.each(['RegionOne', 'eu-de'])('in region %s', (region) => {
  let report: Json
  beforeAll(async () => {
    const env = { OS_REGION_NAME: region }
    const { code, output, error } = await runProgram(python, [script], { service, home, env })
    expect([code, error]).toEqual([0, ''])
    report = JSON.parse(output)
  })

  it('networks, subnets and routers are made and found by name and by id', () => {
    expect(report.external).toHaveLength(1)
    expect(report.network).toMatchObject({ id, name: 'sdk-office', is_admin_state_up: true, status: 'ACTIVE' })
    expect(report.network.location.region_name).toBe(region)
    expect(report.subnet).toMatchObject({
      cidr: '10.51.0.0/24',
      gateway_ip: '10.51.0.1',
      network_id: report.network.id,
    })
    expect(report.router.external_gateway_info.network_id).toBe(report.external[0])
    expect(report.interface).toMatchObject({ subnet_id: report.subnet.id, port_id: id })
    expect(report.ports).toContainEqual([{ subnet_id: report.subnet.id, ip_address: '10.51.0.1' }])
    expect(report.found).toEqual({ network: true, subnet: true, router: true, 'by id': 'sdk-edge', nothing: null })
    expect(report['network changed']).toMatchObject({ name: 'sdk-office-b', description: 'third floor' })
  })

  it('the five VPN resources are made, and found by name', () => {
    expect(report.service).toMatchObject({ id, router_id: report.router.id, is_admin_state_up: true })
    expect(report.service.external_v4_ip).toMatch(/^172\.24\.4\.\d+$/)
    expect(report.ike).toMatchObject({ ike_version: 'v2', pfs: 'group14', lifetime: { units: 'seconds', value: 3600 } })
    expect(report.ipsec).toMatchObject({ pfs: 'group5', lifetime: { units: 'seconds', value: 7200 } })
    expect(report.here).toMatchObject({ type: 'subnet', endpoints: [report.subnet.id] })
    expect(report.there).toMatchObject({ type: 'cidr', endpoints: ['10.151.0.0/24'] })
    expect(report.connection).toMatchObject({
      vpnservice_id: report.service.id,
      local_ep_group_id: report.here.id,
      psk: 'correct-horse',
      dpd: defaults,
      mtu: 1500,
      route_mode: 'static',
      auth_mode: 'psk',
    })
    const found = { service: true, ike: true, ipsec: true, group: true, connection: true, nothing: null }
    expect(report['found in the VPN']).toEqual(found)
  })

  it('lists are filtered, and pages are followed to their end', () => {
    expect(new Set(Object.values(report.listed))).toEqual(new Set([true]))
    expect(report['asked for']).toEqual({
      'services of the router': true,
      'services of none': [],
      'services that are up': true,
      'services that are down': [],
      'groups of a type': true,
      'connections to a peer': true,
      'connections to none': [],
    })
    expect([report.paged, report.pages]).toEqual([true, true])
  })

  it('changes send what changed, and come back with the rest', () => {
    expect(report['service changed']).toMatchObject({ name: 'sdk-vpn-b', description: 'gate', id: report.service.id })
    expect(report['group changed']).toMatchObject({
      name: 'sdk-there',
      description: 'far',
      endpoints: ['10.151.0.0/24'],
    })
    for (const seen of [report['connection changed'], report['connection read']]) {
      expect(seen).toMatchObject({ name: 'sdk-tunnel-b', psk: 'another-horse', dpd: defaults })
    }
    expect(report['ike changed'].lifetime).toEqual({ units: 'seconds', value: 4000 })
  })

  it('refusals are exceptions of the right class, with our words', () => {
    expect(report['ike in use']).toEqual({
      class: 'ConflictException',
      message: expect.stringContaining(`IKEPolicy ${report.ike.id} is in use by existing IPsecSiteConnection`),
    })
    expect(report['group of nonsense']).toEqual({
      class: 'BadRequestException',
      message: expect.stringContaining("Endpoint '1.0.0.0/33' is invalid for group type 'cidr'"),
    })
    for (const name of ['gone', 'deleted twice']) {
      expect(report[name]).toEqual({
        class: 'ResourceNotFound',
        message: expect.stringContaining('could not be found'),
      })
    }
  })

  it('quotas are read, set and set back', () => {
    expect(report.quota).toMatchObject({ networks: 77 })
    expect([report['quota read'], report['quota again']]).toEqual([77, true])
  })

  it('the extensions are those that it looks for', () => {
    expect(report.extensions).toEqual(expect.arrayContaining(['vpnaas', 'vpn-endpoint-groups', 'router', 'quotas']))
  })

  it('everything goes', () => {
    expect(report.left).toEqual({ networks: [], connections: [] })
  })
})
