import type { Answer, TestCloud } from './cloud.ts'

/** A refusal as clients tell refusals apart: status and type, and its words. */
export function refusal({ status, body }: Answer): readonly [number, string, string] {
  return [status, body.NeutronError?.type, body.NeutronError?.message]
}

/** Short ways to the network resources of one flavour. */
export function networkResources(cloud: TestCloud, v2: string) {
  return {
    network: (attributes: object = {}) => cloud.make(`${v2}/networks`, 'network', attributes),
    subnet: (network_id: string, cidr: string, attributes: object = {}) =>
      cloud.make(`${v2}/subnets`, 'subnet', {
        network_id,
        ip_version: cidr.includes(':') ? 6 : 4,
        cidr,
        ...attributes,
      }),
    router: (attributes: object = {}) => cloud.make(`${v2}/routers`, 'router', attributes),
    attach: (router: string, target: object) => cloud.put(`${v2}/routers/${router}/add_router_interface`, target),
    detach: (router: string, target: object) => cloud.put(`${v2}/routers/${router}/remove_router_interface`, target),
    external: async () => (await cloud.get(`${v2}/networks?router:external=True&name=public`)).body.networks[0],
  }
}
