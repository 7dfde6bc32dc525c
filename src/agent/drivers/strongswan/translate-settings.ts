import type { Capabilities } from '../../../model/capabilities.ts'
import type { DaemonSettings } from '../../daemon-settings.ts'
import { insideDaemon } from './files.ts'

/**
 * Named one by one, so that every distribution's charon runs with the same algorithms and without its snippets. The first
 * that offers something wins: user-space ESP has to stand before `kernel-netlink`, which is needed in any case for
 * addresses and routes.
 */
const plugins = [
  ...['random', 'nonce', 'openssl', 'aes', 'sha1', 'sha2', 'md5', 'hmac', 'kdf', 'gmp', 'curve25519'],
  ...['gcm', 'ccm', 'ctr', 'cmac', 'xcbc', 'chapoly'],
]

/** MTU of the device behind which user-space ESP sits; fixed by its plugin. */
const userSpaceMtu = 1400
const leastMtuOfIpv6 = 1280
const ethernetMtu = 1500
const ipAndTcpHeaders = 40

export function strongswanConf(settings: DaemonSettings, backend: Capabilities['backend']): string {
  const { aggressiveMode, retransmission, mtu } = settings
  const inUserSpace = backend === 'user-space'
  const load = [
    ...plugins,
    ...(inUserSpace ? ['kernel-libipsec'] : []),
    'kernel-netlink',
    'socket-default',
    'vici',
    'counters',
  ]
  const limitsMtu = mtu < (inUserSpace ? userSpaceMtu : ethernetMtu)
  return conf({
    charon: {
      load: load.join(' '),
      // User-space ESP keeps nine of them busy for good.
      threads: 32,
      // Of the peer's address, not of ours: the stock values (10, 3, 5) let a hundred tunnels to one peer take 15 s.
      cookie_threshold: 500,
      cookie_threshold_ip: 200,
      block_threshold: 400,
      retransmit_timeout: retransmission.timeoutSeconds,
      retransmit_base: retransmission.base,
      retransmit_tries: retransmission.tries,
      // The stock 3 is fewer than the pairs of networks an IKEv1 connection may have.
      max_ikev1_exchanges: 64,
      i_dont_care_about_security_and_use_aggressive_mode_psk: aggressiveMode,
      make_before_break: true,
      filelog: {
        sallyport: {
          path: insideDaemon.daemonLog,
          // Level 2 and above print what the protocol carries, 4 prints keys.
          default: 1,
          time_format: '%F %T',
          time_add_ms: true,
          ike_name: true,
          flush_line: true,
        },
      },
      plugins: {
        vici: { socket: `unix://${insideDaemon.socket}` },
        'kernel-netlink': limitsMtu ? { mtu, mss: mtu - ipAndTcpHeaders } : {},
        // Otherwise a peer network that covers the peer itself gets a way around the tunnel for that address, and one that
        // is just the peer is refused. IKE finds its way by a routing rule of ours (see `routing-rules.ts`).
        'kernel-libipsec': { allow_peer_ts: true },
      },
    },
  })
}

/** The MTU that a configuration puts on charon's routes; `undefined`: none. */
export function routeMtu(configuration: string): string | undefined {
  return /^\s*mtu = (\d+)$/m.exec(configuration)?.[1]
}

/**
 * The device in front of user-space ESP, and what it should carry: changed there a limit counts at once, whereas the MTU of
 * the configuration is read when charon starts. Below 1280 bytes the device would lose IPv6.
 */
export function tunnelDevice(
  { mtu }: DaemonSettings,
  backend: Capabilities['backend'],
): { readonly name: string; readonly mtu: number } | undefined {
  if (backend !== 'user-space') return undefined
  return { name: 'ipsec0', mtu: Math.min(userSpaceMtu, Math.max(leastMtuOfIpv6, mtu)) }
}

interface Section {
  readonly [key: string]: string | number | boolean | Section
}

function conf(section: Section, indent = ''): string {
  return Object.entries(section)
    .map(([key, value]) => {
      if (typeof value === 'object') return `${indent}${key} {\n${conf(value, `${indent}  `)}${indent}}\n`
      return `${indent}${key} = ${typeof value === 'boolean' ? (value ? 'yes' : 'no') : value}\n`
    })
    .join('')
}
