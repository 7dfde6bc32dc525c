import { gatewayNamespace } from '../../src/agent/drivers/strongswan/names.ts'
import { run } from '../../src/linux/run.ts'
import type { GatewayId } from '../../src/model/ids.ts'
import type { TwoSites } from './two-sites.ts'

/** An IPsec SA as the kernel has it. */
export interface KernelSa {
  readonly spi: string
  readonly protocol: string
  readonly mode: string
  /** Carried so far. */
  readonly bytes: number
}

/** The namespace of the gateway that the sites' router is. */
export function gatewayOf({ made }: TwoSites): string {
  return gatewayNamespace(made.router.id as GatewayId)
}

/** The kernel's own account of the IPsec SAs in a namespace: one for each direction. */
export async function kernelSas(namespace: string): Promise<KernelSa[]> {
  const shown = await run('ip', ['-n', namespace, '-s', 'xfrm', 'state'])
  return shown
    .split(/^(?=src )/m)
    .filter(Boolean)
    .map((text) => {
      const [, protocol = '', spi = '', mode = ''] = /proto (\w+) spi (\w+)\(.*? mode (\w+)/s.exec(text) ?? []
      const [, bytes = ''] = /lifetime current:\s+(\d+)\(bytes\)/.exec(text) ?? []
      return { protocol, spi, mode, bytes: Number(bytes) }
    })
}

/** What the kernel protects by an SA: its policies, ours that allow or block left out. One line each. */
export async function tunnelPolicies(namespace: string): Promise<string[]> {
  const shown = await run('ip', ['-n', namespace, 'xfrm', 'policy'])
  return shown
    .split(/^(?=src )/m)
    .filter((text) => text.includes('tmpl'))
    .map((text) => text.replaceAll(/\s+/g, ' ').trim())
}
