import type { ConnectionId, GatewayId, NetworkId, PortId } from '../model/ids.ts'
import type { Attachment, DesiredConnection, DesiredNetwork } from '../model/tunnel.ts'
import type { DaemonSettings } from './daemon-settings.ts'

/**
 * One thing to do to a gateway. Steps are data: planned in one place, printed, counted and tested, and carried out by
 * a driver. Each may be repeated: doing it twice leaves what doing it once leaves.
 */
export type Step =
  | { readonly do: 'make-gateway'; readonly onHost?: true }
  | { readonly do: 'remove-gateway' }
  | { readonly do: 'attach'; readonly attachment: Attachment }
  | { readonly do: 'detach'; readonly port: PortId }
  /** Replaces the default routes by these. */
  | { readonly do: 'set-next-hops'; readonly nextHops: readonly string[] }
  /** From now on packets to these networks leave through a tunnel or not at all. */
  | { readonly do: 'protect'; readonly cidrs: readonly string[] }
  | { readonly do: 'unprotect'; readonly cidrs: readonly string[] }
  | { readonly do: 'start-daemon'; readonly settings: DaemonSettings }
  /** Puts new daemon-wide settings in force without a restart; running tunnels keep theirs. */
  | { readonly do: 'configure-daemon'; readonly settings: DaemonSettings }
  | { readonly do: 'load-secret'; readonly connection: DesiredConnection }
  | { readonly do: 'unload-secret'; readonly connection: ConnectionId; readonly version: number }
  | { readonly do: 'load-connection'; readonly connection: DesiredConnection }
  | { readonly do: 'unload-connection'; readonly connection: ConnectionId; readonly fingerprint: string }
  /** Begins one child SA, with its IKE SA where there is none. Returns before the negotiation ends. */
  | {
      readonly do: 'open-child'
      readonly connection: ConnectionId
      readonly fingerprint: string
      readonly child: string
    }
  /** Gives a child SA new keys; the old ones carry until the new stand, and stay when the peer refuses. */
  | { readonly do: 'rekey-child'; readonly connection: ConnectionId; readonly childSa: number }
  | { readonly do: 'close-child'; readonly connection: ConnectionId; readonly childSa: number }
  | { readonly do: 'close-tunnel'; readonly connection: ConnectionId; readonly ikeSa: number }

/** One thing to do to the host beneath its gateways. */
export type HostStep =
  | { readonly do: 'make-network'; readonly network: DesiredNetwork }
  | { readonly do: 'remove-network'; readonly network: NetworkId }
  /** A gateway that nothing asks for any more. */
  | { readonly do: 'sweep-gateway'; readonly gateway: GatewayId }
