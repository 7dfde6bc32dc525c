import { ip, ipBatch } from '../../src/linux/ip.ts'
import { addAddress, addVeth, deleteLink, readLinksNamed, setMaster, setUp } from '../../src/linux/links.ts'
import { addNamespace, deleteNamespace, listNamespaces } from '../../src/linux/namespaces.ts'

export interface LanHost {
  readonly namespace: string
  /** Its first address, without prefix length. */
  readonly address: string
  close(): Promise<void>
}

export interface LanHostOptions {
  /** Becomes the name of its namespace and, up to 15 characters, of its cable's end. */
  readonly name: string
  /** A bridge of this namespace; absent: the end of its cable is an interface of this namespace like any other, and down. */
  readonly bridge?: string
  /** With prefix length. */
  readonly addresses: readonly string[]
  /** Next hops of its default routes. */
  readonly gateways: readonly string[]
}

/** A machine on a network: a namespace with a cable into a bridge. What a former run left of it is replaced. */
export async function aLanHost({ name, bridge, addresses, gateways }: LanHostOptions): Promise<LanHost> {
  if (name.length > 15) throw new Error(`${name} is too long for a device`)
  const close = async () => {
    if ((await readLinksNamed([name])).length > 0) await ip(deleteLink(name))
    if ((await listNamespaces()).includes(name)) await deleteNamespace(name)
  }
  await close()
  await addNamespace(name)
  await ipBatch([
    addVeth(name, { name: 'eth0', namespace: name }),
    ...(bridge === undefined ? [] : [setMaster(name, bridge), setUp(name)]),
  ])
  await ipBatch([setUp('lo'), ...addresses.map((address) => addAddress('eth0', address)), setUp('eth0')], {
    namespace: name,
  })
  for (const gateway of gateways) {
    const family = gateway.includes(':') ? 6 : 4
    await ip(['route', 'replace', 'default', 'via', gateway], { namespace: name, family })
  }
  return { namespace: name, address: addresses[0]?.split('/')[0] ?? '', close }
}
