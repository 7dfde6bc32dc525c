import { type IpCommand, ip, ipBatch } from '../../../linux/ip.ts'
import { IpSession, IpSessionEnded } from '../../../linux/ip-session.ts'
import { deleteUnreachable, replaceUnreachable, routeOf, showTable } from '../../../linux/routes.ts'
import { CommandError } from '../../../linux/run.ts'
import type { Policy } from '../../../linux/xfrm.ts'
import { networkText, parseCidr } from '../../../model/cidr.ts'
import type { GatewayId } from '../../../model/ids.ts'
import type { Attachment } from '../../../model/tunnel.ts'
import { HostRefusal } from './host-refusal.ts'
import { blockPolicy, deletePolicies, ownPolicies, putPolicies } from './kernel-policies.ts'
import { gatewayNamespace } from './names.ts'
import { protectedTable } from './routing-rules.ts'

/**
 * The unreachable routes of a gateway (`routing-rules.ts`), and with the kernel's ESP the policies that say the same
 * (`kernel-policies.ts`). A network counts as protected when it has its route, so that one comes last.
 *
 * The routes stand on the way of every new connection, so they are set through an `ip` that stays; what it shows afterwards
 * is believed, and where that is not what was asked for, the change is made again by a process that says what is wrong.
 */
export class Protection {
  readonly #gateway: GatewayId
  readonly #kernelEsp: boolean
  readonly #namespace: string
  #session: IpSession | undefined

  constructor(gateway: GatewayId, kernelEsp: boolean) {
    this.#gateway = gateway
    this.#kernelEsp = kernelEsp
    this.#namespace = gatewayNamespace(gateway)
  }

  async protect(cidrs: readonly string[], legs: readonly Attachment[], signal: AbortSignal): Promise<void> {
    const networks = cidrs.map(canonicalNetwork)
    if (this.#kernelEsp) await putPolicies(this.#gateway, policiesFor(networks, legs), signal)
    const routes = networks.map((network) => replaceUnreachable(network, protectedTable))
    const present = await this.#present(networks, routes)
    if (networks.every((network) => present?.has(network))) return
    await ipBatch(routes, { namespace: this.#namespace, signal })
  }

  async unprotect(cidrs: readonly string[], legs: readonly Attachment[], signal: AbortSignal): Promise<void> {
    const networks = cidrs.map(canonicalNetwork)
    if (this.#kernelEsp) await deletePolicies(this.#gateway, policiesFor(networks, legs), signal)
    const routes = networks.map((network) => deleteUnreachable(network, protectedTable))
    const present = await this.#present(networks, routes)
    const left = networks.flatMap((network, index) => (present && !present.has(network) ? [] : (routes[index] ?? [])))
    if (left.length === 0) return
    for (const route of routes) await deleteIfThere(route, { namespace: this.#namespace, signal })
  }

  /** Before the namespace goes, or is made anew under the same name. */
  close(): void {
    this.#session?.close()
    this.#session = undefined
  }

  /** What is protected after the changes; `undefined` when the session cannot tell. It shows IPv4 only. */
  async #present(networks: readonly string[], changes: readonly IpCommand[]): Promise<ReadonlySet<string> | undefined> {
    if (networks.some((network) => network.includes(':'))) return undefined
    if (!this.#session?.isOpen) this.#session = IpSession.open(this.#namespace)
    try {
      const rows = await this.#session.ask(changes, showTable(protectedTable))
      return new Set(
        rows.map(routeOf).flatMap(({ type, destination }) => (type === 'unreachable' ? [destination] : [])),
      )
    } catch (error) {
      if (error instanceof IpSessionEnded) return undefined
      throw error
    }
  }
}

function policiesFor(networks: readonly string[], legs: readonly Attachment[]): Policy[] {
  return [...networks.map(blockPolicy), ...legs.flatMap((leg) => ownPolicies(leg, networks))]
}

async function deleteIfThere(
  route: IpCommand,
  options: { readonly namespace: string; readonly signal: AbortSignal },
): Promise<void> {
  try {
    await ip(route, options)
  } catch (error) {
    const wasNotThere = error instanceof CommandError && /No such process|does not exist/.test(error.stderr)
    if (!wasNotThere) throw error
  }
}

/** The kernel refuses a network with host bits set. */
function canonicalNetwork(cidr: string): string {
  const parsed = parseCidr(cidr)
  if (parsed === undefined) throw new HostRefusal(`not a network: ${cidr}`)
  return networkText(parsed)
}
