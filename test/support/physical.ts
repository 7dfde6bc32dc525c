import { batchLine, ip, ipBatch } from '../../src/linux/ip.ts'
import { addBridge, addVlan, deleteLink, type Link, readLinksNamed, setUp } from '../../src/linux/links.ts'
import { CommandError, run } from '../../src/linux/run.ts'

/** A bridge as an operator makes it. What a former run left of it is replaced. */
export async function anOperatorsBridge(name: string): Promise<{ close(): Promise<void> }> {
  const close = async () => {
    if ((await readLinksNamed([name])).length > 0) await ip(deleteLink(name))
  }
  await close()
  await ipBatch([addBridge(name), setUp(name)])
  return { close }
}

/** What an operator would miss if it were changed. */
export async function stateOf(device: string): Promise<Link> {
  const [link] = await readLinksNamed([device])
  if (link === undefined) throw new Error(`${device} is gone`)
  return link
}

/** Whether this kernel has VLANs (CONFIG_VLAN_8021Q), asked without the product. */
export async function kernelHasVlans(): Promise<boolean> {
  const commands = [addBridge('trunk'), addVlan('tagged', { number: 1, device: 'trunk' })]
  try {
    await run('unshare', ['--net', 'ip', '-batch', '-'], { input: commands.map(batchLine).join('') })
    return true
  } catch (error) {
    if (error instanceof CommandError && error.exitCode !== undefined) return false
    throw error
  }
}
