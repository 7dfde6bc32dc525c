import type { Clock } from '../../../model/clock.ts'
import type { ConnectionId, GatewayId, NetworkId } from '../../../model/ids.ts'
import type { SaReading, Traffic } from '../../../model/traffic.ts'
import type { Actual, ActualHost, DesiredConnection, DesiredNetwork } from '../../../model/tunnel.ts'
import type { Said, Signal } from '../../signal.ts'
import type { HostStep, Step } from '../../step.ts'
import { Agenda } from './agenda.ts'
import { type Question, SimulatedGateway } from './gateway.ts'
import { SimulatedPeer } from './peer.ts'
import { nothingOf } from './transition.ts'

/** How long a daemon asks a silent peer before it gives up: strongSwan's stock retransmissions. */
const retransmissionMs = 165_000
/** And how long before it asks a second time. */
const firstRepetitionMs = 4_000

/**
 * A host that exists only in this process: networks, gateways, and the peers they talk to. It outlives the drivers that
 * are opened on it, as a real host outlives our process; it does not outlive the process.
 */
export class SimulatedHost {
  readonly #clock: Clock
  readonly #agenda: Agenda
  readonly #networks = new Map<NetworkId, DesiredNetwork>()
  readonly #gateways = new Map<GatewayId, SimulatedGateway>()
  readonly #peers = new Map<string, SimulatedPeer>()
  /** Gateways made so far. */
  #made = 0
  readonly #listeners = new Set<(gateway: GatewayId) => void>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#agenda = new Agenda(clock)
  }

  /** Lets time pass in this world until the signal aborts; several may. */
  run(signal: AbortSignal): Promise<void> {
    return this.#agenda.run(signal)
  }

  /** Tells of gateways in which something happened, until the signal aborts. */
  listen(listener: (gateway: GatewayId) => void, signal: AbortSignal): void {
    if (signal.aborted) return
    this.#listeners.add(listener)
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true })
  }

  /** The far end at this address. */
  peer(address: string): SimulatedPeer {
    const found = this.#peers.get(address)
    if (found !== undefined) return found
    const made = new SimulatedPeer(address, {
      silenced: (peer) => this.#watchForDeath(peer),
      cameBack: (peer) => this.#talkAgain(peer),
      hungUp: (peer) => this.#hangUp(peer),
      exchanged: (peer, traffic) => this.#carry(peer, traffic),
      dialled: (peer, connection) => this.#dial(peer, connection),
    })
    this.#peers.set(address, made)
    return made
  }

  killDaemon(gateway: GatewayId): void {
    this.#gateways.get(gateway)?.killDaemon()
    this.#happened(gateway)
  }

  observeHost(): ActualHost {
    const now = this.#clock.now()
    const present = [...this.#gateways].filter(([, gateway]) => gateway.observe(now).present)
    return { networks: [...this.#networks.values()], gateways: present.map(([id]) => id) }
  }

  applyHost(step: HostStep): void {
    if (step.do === 'make-network') this.#networks.set(step.network.id, step.network)
    else if (step.do === 'remove-network') this.#networks.delete(step.network)
    else this.#gateways.delete(step.gateway)
  }

  observe(gateway: GatewayId): Actual {
    return this.#gateways.get(gateway)?.observe(this.#clock.now()) ?? nothingOf(gateway)
  }

  signals(gateway: GatewayId, connection: ConnectionId): readonly Signal[] {
    return this.#gateways.get(gateway)?.signals(connection) ?? []
  }

  takeReadings(gateway: GatewayId): readonly SaReading[] {
    return this.#gateways.get(gateway)?.takeReadings() ?? []
  }

  apply(id: GatewayId, step: Step): void {
    const gateway = this.#gateways.get(id) ?? new SimulatedGateway(id, ++this.#made)
    gateway.apply(step, new Set(this.#networks.keys()))
    if (step.do === 'remove-gateway') this.#gateways.delete(id)
    else this.#gateways.set(id, gateway)
    if (step.do === 'open-child') this.#ask(id, gateway, gateway.newQuestions)
    if (step.do === 'load-connection' && !step.connection.initiate) this.#expectPeer(id, gateway, step.connection)
  }

  /** Puts questions to their peers. One that was answered meanwhile is not answered twice. */
  #ask(id: GatewayId, gateway: SimulatedGateway, questions: readonly Question[]): void {
    for (const question of questions) {
      const peer = this.peer(question.connection.peerAddress)
      this.#agenda.after(peer.answersAfterMs, () => this.#answer(id, gateway, peer, question))
      this.#agenda.after(firstRepetitionMs, () => this.#hear(id, gateway, question, { what: 'repeated' }))
      this.#agenda.after(retransmissionMs, () => this.#giveUp(id, gateway, question))
    }
  }

  #answer(id: GatewayId, gateway: SimulatedGateway, peer: SimulatedPeer, question: Question): void {
    if (peer.isSilent || !isOpen(gateway, question)) return
    const { connection, secret } = question
    const answer = peer.answer(connection, secret)
    const why = peer.refusal(connection, secret)
    if (why !== undefined) this.#hear(id, gateway, question, why)
    gateway.answered(question, answer, this.#clock.now())
    this.#happened(id)
  }

  /** What a daemon would say about a question that is still open. */
  #hear(id: GatewayId, gateway: SimulatedGateway, question: Question, says: Said): void {
    if (!isOpen(gateway, question)) return
    gateway.hear(question, says, this.#clock.now())
    this.#happened(id)
  }

  #giveUp(id: GatewayId, gateway: SimulatedGateway, question: Question): void {
    if (!isOpen(gateway, question)) return
    const asked = gateway.tunnelsWith(question.connection.peerAddress).find(({ tunnel }) => has(tunnel, question))
    if (asked !== undefined && gateway.lose(question.connection.id, asked.tunnel.ikeSa)) this.#happened(id)
  }

  /** Dead peer detection: tunnels with a silent peer end when their time is up, unless it came back before. */
  #watchForDeath(peer: SimulatedPeer): void {
    const { silences } = peer
    for (const [id, gateway] of this.#gateways) {
      for (const { tunnel, connection } of gateway.tunnelsWith(peer.address)) {
        const { action, timeoutSeconds } = connection.deadPeerDetection
        if (action === 'disabled' || tunnel.state !== 'established') continue
        this.#agenda.after(timeoutSeconds * 1000, () => {
          if (!peer.isSilent || peer.silences !== silences) return
          if (gateway.lose(connection.id, tunnel.ikeSa)) this.#happened(id)
        })
      }
    }
  }

  #talkAgain({ address }: SimulatedPeer): void {
    for (const [id, gateway] of this.#gateways) {
      this.#ask(id, gateway, gateway.questions)
      const waiting = gateway.loadedConnections.filter(({ peerAddress }) => peerAddress === address)
      for (const connection of waiting) this.#expectPeer(id, gateway, connection)
    }
  }

  #hangUp(peer: SimulatedPeer): void {
    for (const [id, gateway] of this.#gateways) {
      const lost = gateway.tunnelsWith(peer.address).filter(({ tunnel, connection }) => {
        return gateway.lose(connection.id, tunnel.ikeSa)
      })
      if (lost.length > 0) this.#happened(id)
    }
  }

  #carry({ address }: SimulatedPeer, traffic: Traffic): void {
    for (const gateway of this.#gateways.values()) {
      gateway.carried(
        gateway.tunnelsWith(address).map(({ tunnel }) => tunnel),
        traffic,
      )
    }
  }

  /** Where we only wait, the peer dials: otherwise such a connection could never be seen up. */
  #expectPeer(id: GatewayId, gateway: SimulatedGateway, { id: connection, initiate, peerAddress }: DesiredConnection) {
    if (initiate) return
    const peer = this.peer(peerAddress)
    this.#agenda.after(peer.answersAfterMs, () => {
      if (this.#gateways.get(id) === gateway && !gateway.hasTunnel(connection)) this.#dial(peer, connection)
    })
  }

  #dial(peer: SimulatedPeer, connectionId: ConnectionId): void {
    for (const [id, gateway] of this.#gateways) {
      const connection = gateway.loaded(connectionId)
      if (connection?.peerAddress !== peer.address || peer.isSilent) continue
      if (peer.answer(connection, gateway.secretOf(connectionId)) !== 'accepted') continue
      gateway.dialledByPeer(connection, this.#clock.now())
      this.#happened(id)
    }
  }

  #happened(gateway: GatewayId): void {
    for (const listener of this.#listeners) listener(gateway)
  }
}

function isOpen(gateway: SimulatedGateway, { childSa }: Question): boolean {
  return gateway.questions.some((question) => question.childSa === childSa)
}

function has(
  { children }: { readonly children: readonly { readonly childSa: number }[] },
  question: Question,
): boolean {
  return children.some(({ childSa }) => childSa === question.childSa)
}
