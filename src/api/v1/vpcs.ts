import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Asking } from '../../domain/ports.ts'
import { listVpcSubnets, listVpcs, showVpc, showVpcSubnet, type VpcSubnet } from '../../domain/vpcs.ts'
import { canonicalUuid } from '../../model/kinds.ts'
import { problem } from '../../model/problem.ts'
import { Router } from '../../model/router.ts'
import { wordedFor } from '../profile.ts'
import { projectIn } from '../v2/project.ts'
import { listingOf, type Query } from '../v2/query.ts'
import { refuseMethods, type V2Options } from '../v2/routes.ts'

/**
 * The part of the vendor's VPC API that its own tools read beside the VPN API: VPCs and subnets, read only. They have no
 * part in the operations table, because they are only other views of routers and subnets.
 */
const reads: Readonly<Record<string, (asking: Asking, project: string, request: Asked) => Promise<object>>> = {
  '/vpcs': async (asking, project, { query }) => ({
    vpcs: part((await listVpcs(asking, project)).map(vpcView), query, asking),
  }),
  '/vpcs/:id': async (asking, project, { id }) => ({ vpc: vpcView(await showVpc(asking, project, id)) }),
  '/subnets': async (asking, project, { query }) => ({
    subnets: part((await listVpcSubnets(asking, project)).map(subnetView), query, asking),
  }),
  '/subnets/:id': async (asking, project, { id }) => ({ subnet: subnetView(await showVpcSubnet(asking, project, id)) }),
}

interface Asked {
  readonly id: string
  readonly query: Query
}

/** Mounts it for a flavour that has it: below `/v1/{project_id}`. */
export function mountVpcs(app: FastifyInstance, { cloud, profile, prefix }: V2Options): void {
  if (!profile.features.includes('vpcs')) return
  const config = { profile: wordedFor({ feature: 'vpcs' }, profile) }
  for (const [path, read] of Object.entries(reads)) {
    const url = `${prefix}/v1/:project_id${path}`
    app.get(url, { config }, (request: FastifyRequest) => {
      const { caller } = request
      if (!caller) throw problem('Unauthorized')
      if (!caller.isAdmin && !caller.roles.includes('member'))
        throw problem('PolicyNotAuthorized', { permission: 'get_vpc' })
      const params = request.params as Readonly<Record<string, string>>
      const { id = '' } = params
      const asked = { id: canonicalUuid(id) ?? id, query: request.query as Query }
      return cloud.read(caller, profile, (asking) => read(asking, projectIn(params.project_id), asked))
    })
    refuseMethods(app, url, ['POST', 'PUT', 'PATCH', 'DELETE'], config)
  }
}

/** A router limits its subnets to no range, so there is no `cidr`; it translates no addresses, and has no static routes. */
function vpcView({ id, name, description }: Router) {
  return { id, name, description, cidr: '', status: 'OK', routes: [], enable_shared_snat: false }
}

function subnetView({ id, vpc, subnet }: VpcSubnet) {
  const [primary_dns = '', secondary_dns = ''] = subnet.dns_nameservers
  return {
    id,
    name: subnet.name,
    description: subnet.description,
    cidr: subnet.cidr,
    gateway_ip: subnet.gateway_ip ?? '',
    dhcp_enable: subnet.enable_dhcp,
    primary_dns,
    secondary_dns,
    dnsList: subnet.dns_nameservers,
    status: 'ACTIVE',
    vpc_id: vpc,
    neutron_network_id: subnet.network_id,
    neutron_subnet_id: subnet.id,
  }
}

/** Those whose texts are what the query says, in the order of their ids, after `marker`, at most `limit`. */
function part<View extends { readonly id: string }>(views: readonly View[], query: Query, { dialect }: Asking): View[] {
  const { limit, marker } = listingOf(Router, query, dialect).page
  const conditions = Object.entries(query).filter(([key, value]) => value !== '' && key !== 'limit' && key !== 'marker')
  const fitting = views.filter((view) =>
    conditions.every(([key, value]) => {
      const own: unknown = Object.hasOwn(view, key) ? Reflect.get(view, key) : undefined
      return typeof own !== 'string' || [value].flat().includes(own)
    }),
  )
  const sorted = fitting.sort((one, other) => (one.id < other.id ? -1 : 1))
  return sorted.filter(({ id }) => marker === undefined || id > marker).slice(0, limit)
}
