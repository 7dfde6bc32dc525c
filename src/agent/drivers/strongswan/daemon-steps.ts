import { containsAddress, parseCidr } from '../../../model/cidr.ts'
import type { Clock } from '../../../model/clock.ts'
import type { ActualTunnel, Attachment, DesiredConnection } from '../../../model/tunnel.ts'
import { initiate, loadConn, loadShared, rekey, terminate, unloadConn, unloadShared } from '../../../vici/commands.ts'
import { ViciCommandError } from '../../../vici/errors.ts'
import type { ViciSession } from '../../../vici/session.ts'
import type { Step } from '../../step.ts'
import { HostRefusal } from './host-refusal.ts'
import { needsAddressInside, type Probed } from './probe.ts'
import {
  connectionName,
  secretName,
  swanConnection,
  swanConnectionName,
  swanSecret,
  untranslatable,
} from './translate.ts'
import { identity } from './translate-identity.ts'
import type { Turns } from './turns.ts'

/** Steps that are a conversation with the daemon and nothing else. */
export type DaemonStep = Extract<
  Step,
  {
    do:
      | 'load-secret'
      | 'unload-secret'
      | 'load-connection'
      | 'unload-connection'
      | 'open-child'
      | 'rekey-child'
      | 'close-child'
      | 'close-tunnel'
  }
>

export function isDaemonStep(step: Step): step is DaemonStep {
  return step.do in conversations
}

/** What the driver knows when it takes the step. */
export interface Surroundings {
  readonly attachments: readonly Attachment[]
  readonly probed: Probed
  readonly turns: Turns
  readonly clock: Clock
  /** As last observed. */
  readonly tunnels: readonly ActualTunnel[]
}

type Conversation<S> = (session: ViciSession, step: S, around: Surroundings, signal: AbortSignal) => Promise<void>

const conversations: { [D in DaemonStep['do']]: Conversation<Extract<DaemonStep, { do: D }>> } = {
  'load-secret': (session, { connection }, _, signal) => loadShared(session, swanSecret(connection), { signal }),

  'unload-secret': (session, { connection, version }, _, signal) =>
    unloadShared(session, secretName(connection, version), { signal }),

  'load-connection': async (session, { connection }, around, signal) => {
    refuseImpossible(connection, around)
    await loadConn(session, swanConnectionName(connection), swanConnection(connection), { signal })
    around.turns.isBetween(connection.id, identity(connection.localIdentity), identity(connection.peerIdentity))
  },

  'unload-connection': (session, { connection, fingerprint }, _, signal) =>
    unlessGone(unloadConn(session, connectionName(connection, fingerprint), { signal })),

  'open-child': async (session, { connection, fingerprint, child }, { tunnels, turns, clock }, signal) => {
    const own = tunnels.filter(
      (tunnel) => tunnel.connection === connection && tunnel.fingerprint === fingerprint && tunnel.state !== 'closing',
    )
    // Charon would negotiate a second one beside it.
    if (own.some(({ children }) => children.some((its) => its.fingerprint === child && its.state !== 'closing'))) return
    if (!own.some(({ state }) => state === 'established')) await turns.take(connection, clock, signal)
    await initiate(session, { ike: connectionName(connection, fingerprint), child, timeoutMs: -1, signal })
  },

  'rekey-child': (session, { childSa }, _, signal) => unlessGone(rekey(session, { childId: childSa }, { signal })),

  'close-child': (session, { childSa }, _, signal) => closeChild(session, childSa, signal),

  /** The peer is asked first; asked a second time, it evidently does not answer. */
  'close-tunnel': (session, { ikeSa }, { tunnels }, signal) => {
    const force = tunnels.some((tunnel) => tunnel.ikeSa === ikeSa && tunnel.state === 'closing')
    return unlessGone(terminate(session, { ikeId: ikeSa, force, timeoutMs: -1, signal }))
  },
}

export async function takeDaemonStep(
  session: ViciSession,
  step: DaemonStep,
  around: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  // Each entry takes the step of its own name; TypeScript cannot see that the two vary together.
  const converse = conversations[step.do] as Conversation<DaemonStep>
  await converse(session, step, around, signal)
}

export function closeChild(session: ViciSession, childSa: number, signal: AbortSignal): Promise<void> {
  return unlessGone(terminate(session, { childId: childSa, timeoutMs: -1, signal }))
}

async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!(error instanceof ViciCommandError && error.isNotFound)) throw error
  }
}

/** What charon would take and only fail with, or silently change, when it negotiates. */
function refuseImpossible(connection: DesiredConnection, { attachments, probed }: Surroundings): void {
  const { ipsec, localCidrs } = connection
  const { protocols, modes } = probed.capabilities
  const reason = untranslatable(connection)
  if (reason !== undefined) throw new HostRefusal(reason)
  if (!protocols.includes(ipsec.protocol)) {
    throw new HostRefusal(`${ipsec.protocol.toUpperCase()} needs a kernel that has it, and this host's has not`)
  }
  if (!modes.includes(ipsec.mode)) {
    throw new HostRefusal(`${ipsec.mode} mode needs a kernel with IPsec, and this host's has none`)
  }
  if (ipsec.mode === 'transport' || !needsAddressInside(probed)) return
  const addresses = attachments.flatMap((leg) => leg.addresses.map((address) => address.split('/')[0] ?? ''))
  for (const text of localCidrs) {
    const cidr = parseCidr(text)
    if (cidr !== undefined && !addresses.some((address) => containsAddress(cidr, address))) {
      throw new HostRefusal(
        `strongSwan ${probed.version} needs an address of the gateway inside ${text}: use a whole subnet`,
      )
    }
  }
}
