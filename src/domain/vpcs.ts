import { wholeList } from '../model/filter.ts'
import { problem } from '../model/problem.ts'
import { Router } from '../model/router.ts'
import type { Subnet } from '../model/subnet.ts'
import { list } from '../store/list.ts'
import { subnetIdsOf, subnetsBehind } from '../store/subnets.ts'
import { found, refuseForeignProject } from './access.ts'
import type { Asking } from './ports.ts'

/**
 * Routers and their subnets as the vendor's VPC API sees them: a VPC is a router, under the same id (`flavours.md` §2 row
 * 39). Only looked at here; networks, subnets and routers are made under their own names.
 */

/** A subnet behind a router. */
export interface VpcSubnet {
  /** The network's id, as the VPC API has it; the subnet's own where the network has several. */
  readonly id: string
  readonly vpc: string
  readonly subnet: Subnet
}

export async function listVpcs({ tx, caller }: Asking, project: string): Promise<Router[]> {
  refuseForeignProject(caller, project)
  return list(tx, Router, { filters: [], scope: [{ column: 'tenant_id', values: [project] }], page: wholeList })
}

export async function showVpc(asking: Asking, project: string, id: string): Promise<Router> {
  refuseForeignProject(asking.caller, project)
  const router = await found(asking, Router, id)
  if (project !== asking.caller.projectId && project !== router.tenant_id) throw problem('RouterNotFound', { id })
  return router
}

/** The IPv4 subnets behind the routers of a project. */
export async function listVpcSubnets(asking: Asking, project: string): Promise<VpcSubnet[]> {
  const { tx } = asking
  const routers = await listVpcs(asking, project)
  const behind = await subnetsBehind(
    tx,
    routers.map(({ id }) => id),
  )
  const siblings = await subnetIdsOf(tx, [...new Set(behind.map(({ subnet }) => subnet.network_id))])
  return behind
    .filter(({ subnet }) => subnet.ip_version === 4)
    .map(({ router, subnet }) => ({
      id: (siblings.get(subnet.network_id) ?? []).length > 1 ? subnet.id : subnet.network_id,
      vpc: router,
      subnet,
    }))
}

/** @param id the one it is listed with, or the subnet's own. */
export async function showVpcSubnet(asking: Asking, project: string, id: string): Promise<VpcSubnet> {
  const subnets = await listVpcSubnets(asking, project)
  const subnet = subnets.find((each) => each.id === id || each.subnet.id === id)
  if (!subnet) throw problem('SubnetNotFound', { id })
  return subnet
}
