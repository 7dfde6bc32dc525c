import type { Instant } from '../../../model/clock.ts'
import type { ActualChild, ActualTunnel } from '../../../model/tunnel.ts'

interface Remembered {
  readonly tunnel: Omit<ActualTunnel, 'children'>
  readonly children: ReadonlyMap<number, Told<ActualChild>>
  readonly seenAt: Instant
}

/** Something an event or a list told, and when in the order of tellings. */
interface Told<T> {
  readonly value: T
  readonly order: number
}

/**
 * What was last known of each IKE SA, from lists and from events, which charon sends over two connections.
 *
 * Charon leaves out of its list whatever SA a thread of its is working on at that moment: during a rekey, a key exchange
 * with a big group, even while it raises the event that made us look. Taken at its word, tunnels would blink. So one that
 * is missing from a list is still told, as it was, unless an event said that it is gone; within bounds, since an event
 * may be lost.
 *
 * A list may also be older than an event that overtook it. What an event told after the list was asked for stands.
 */
export class TunnelMemory {
  readonly #remembered = new Map<number, Remembered>()
  /** IKE SAs and children that went, by when; kept until no list can be older. Charon uses no number twice. */
  readonly #goneTunnels = new Map<number, number>()
  readonly #goneChildren = new Map<number, number>()
  #order = 0

  /** To be called before a list is asked for; what it returns goes to `merge` with the list. */
  asking(): number {
    return this.#order
  }

  /** The list, corrected by later events and completed by what is only busy. */
  merge(listed: readonly ActualTunnel[], asked: number, now: Instant): ActualTunnel[] {
    const inList = new Set<number>()
    for (const tunnel of listed) {
      if (this.#goneTunnels.has(tunnel.ikeSa)) continue
      inList.add(tunnel.ikeSa)
      this.#remember(tunnel, asked, now, (_, order) => order > asked)
    }
    for (const [ikeSa, { tunnel, seenAt }] of this.#remembered) {
      if (!inList.has(ikeSa) && now - seenAt > patienceMs[tunnel.state]) this.#remembered.delete(ikeSa)
    }
    forget(this.#goneTunnels, asked)
    forget(this.#goneChildren, asked)
    return [...this.#remembered.values()].map(({ tunnel, children }) => ({
      ...tunnel,
      children: [...children.values()].map(({ value }) => value),
    }))
  }

  /** An event showed it. Children that the event does not speak of stay as they were. */
  saw(tunnel: ActualTunnel, now: Instant): void {
    this.#order += 1
    this.#goneTunnels.delete(tunnel.ikeSa)
    this.#remember(tunnel, this.#order, now, () => true)
  }

  hasChildren(ikeSa: number): boolean {
    return (this.#remembered.get(ikeSa)?.children.size ?? 0) > 0
  }

  isGone(ikeSa: number): void {
    this.#order += 1
    this.#remembered.delete(ikeSa)
    this.#goneTunnels.set(ikeSa, this.#order)
  }

  childIsGone(ikeSa: number, childSa: number): void {
    this.#order += 1
    this.#goneChildren.set(childSa, this.#order)
    const known = this.#remembered.get(ikeSa)
    if (known === undefined) return
    const children = new Map(known.children)
    children.delete(childSa)
    this.#remembered.set(ikeSa, { ...known, children })
  }

  /** Rekeyed: the children have moved over. */
  isNow(old: number, successor: ActualTunnel, now: Instant): void {
    const moved = [...(this.#remembered.get(old)?.children.values() ?? [])].map(({ value }) => value)
    this.isGone(old)
    this.saw({ ...successor, children: [...moved, ...successor.children] }, now)
  }

  /** Takes over what is told, and of the children known before those that `stays` says. */
  #remember(
    { children: told, ...tunnel }: ActualTunnel,
    order: number,
    now: Instant,
    stays: (child: ActualChild, order: number) => boolean,
  ): void {
    const children = new Map<number, Told<ActualChild>>()
    for (const [childSa, known] of this.#remembered.get(tunnel.ikeSa)?.children ?? []) {
      if (stays(known.value, known.order)) children.set(childSa, known)
    }
    for (const child of told) {
      const known = children.get(child.childSa)
      const isNews = known === undefined || known.order <= order
      if (isNews && !this.#goneChildren.has(child.childSa)) children.set(child.childSa, { value: child, order })
    }
    this.#remembered.set(tunnel.ikeSa, { tunnel, children, seenAt: now })
  }
}

function forget(gone: Map<number, number>, asked: number): void {
  for (const [id, order] of gone) if (order <= asked) gone.delete(id)
}

/**
 * How long to believe that a tunnel missing from the lists is only busy. An established one leaves with an event, so only
 * a lost one has to be survived; the others may end without any.
 */
const patienceMs: Readonly<Record<ActualTunnel['state'], number>> = {
  established: 10_000,
  connecting: 1_000,
  closing: 0,
}
