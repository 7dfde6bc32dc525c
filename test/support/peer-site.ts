import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ip, ipBatch } from '../../src/linux/ip.ts'
import { addAddress, addVeth, deleteLink, readLinksNamed, setMaster, setUp } from '../../src/linux/links.ts'
import { addNamespace, deleteNamespace, listNamespaces } from '../../src/linux/namespaces.ts'
import { writeKernelSettings } from '../../src/linux/sysctl.ts'
import {
  initiate,
  listSas,
  loadConn,
  loadShared,
  terminate,
  unloadConn,
  unloadShared,
} from '../../src/vici/commands.ts'
import { ViciConnectError } from '../../src/vici/errors.ts'
import type { IkeSa } from '../../src/vici/sas.ts'
import { ViciSession } from '../../src/vici/session.ts'
import { childName, type PeerConnection, peerSwanConnection } from './peer-connection.ts'
import { type PingResult, ping } from './ping.ts'
import { until } from './until.ts'

export interface PeerSiteOptions {
  /** At most 10 characters; begins the names of all it makes. */
  readonly name: string
  /** Bridge of this namespace that plays the internet. */
  readonly bridge: string
  /** With prefix length. */
  readonly publicAddresses: readonly string[]
  readonly nextHop?: string
  /** The site's network: its gateway's and a host's addresses, with prefix length. */
  readonly lan: readonly { readonly gateway: string; readonly host: string }[]
  /** `user-space` where the kernel has no ESP. */
  readonly backend: 'kernel' | 'user-space' | 'simulated'
  /** First pause before a repetition, 1 s unless told. */
  readonly retransmitSeconds?: number
  readonly charon?: string
}

/**
 * The other end: a plain strongSwan in a namespace of its own, as any company may have it, with one host behind it.
 * Knows nothing of our driver.
 */
export class PeerSite {
  /** Namespace of its gateway and of the host behind. */
  readonly gateway: string
  readonly host: string
  readonly #options: PeerSiteOptions
  readonly #directory: string
  readonly #connections = new Map<string, PeerConnection>()
  #process: ChildProcess | undefined
  #session: ViciSession | undefined
  /** It would outlive a program that ends before `close`. */
  readonly #killOnExit = () => this.#process?.kill('SIGKILL')

  private constructor(options: PeerSiteOptions, directory: string) {
    this.#options = options
    this.#directory = directory
    this.gateway = `${options.name}-gw`
    this.host = `${options.name}-lan`
  }

  /** Makes the site and starts its charon. */
  static async open(options: PeerSiteOptions): Promise<PeerSite> {
    const site = new PeerSite(options, await mkdtemp(join(tmpdir(), `${options.name}-`)))
    await site.#clear()
    await site.#build()
    await site.start()
    return site
  }

  /** First address of the host behind it. */
  get hostAddress(): string {
    return this.#options.lan[0]?.host.split('/')[0] ?? ''
  }

  get publicAddress(): string {
    return this.#options.publicAddresses[0]?.split('/')[0] ?? ''
  }

  /** Loads or replaces a connection and its key; it waits to be called. */
  async configure(connection: PeerConnection): Promise<void> {
    this.#connections.set(connection.name, connection)
    const { localId, remoteId, psk, name } = connection
    await loadShared(this.#vici, { id: name, type: 'IKE', data: psk, owners: [localId, remoteId] })
    await loadConn(this.#vici, name, peerSwanConnection(connection))
  }

  async changePsk(name: string, psk: string): Promise<void> {
    const connection = this.#connections.get(name)
    if (connection === undefined) throw new Error(`the peer has no connection ${name}`)
    await this.configure({ ...connection, psk })
  }

  async forget(name: string): Promise<void> {
    this.#connections.delete(name)
    await unloadConn(this.#vici, name)
    await unloadShared(this.#vici, name)
  }

  /** Begins a child SA from this side. */
  async initiate(name: string, child = 0): Promise<void> {
    await initiate(this.#vici, { ike: name, child: childName(child) })
  }

  /** The same, and waits until it is installed. */
  async initiateAndWait(name: string, child = 0): Promise<void> {
    await initiate(this.#vici, { ike: name, child: childName(child), timeoutMs: 10_000 })
  }

  async terminate(name: string): Promise<void> {
    await terminate(this.#vici, { ike: name, force: true })
  }

  /** Closes a child SA and keeps its IKE SA. */
  async terminateChild(name: string, child = 0): Promise<void> {
    await terminate(this.#vici, { ike: name, child: childName(child), force: true })
  }

  async sas(): Promise<readonly IkeSa[]> {
    return listSas(this.#vici)
  }

  pingFrom(to: string, count?: number): Promise<PingResult> {
    return ping({ from: this.host, to, ...(count !== undefined && { count }) })
  }

  /** Its charon's log, for what a test has to say when it fails. */
  log(): Promise<string> {
    return readFile(join(this.#directory, 'run', 'charon.log'), 'utf8')
  }

  /** Starts its charon with all the connections configured so far. */
  async start(): Promise<void> {
    const run = join(this.#directory, 'run')
    await rm(join(run, 'charon.pid'), { force: true })
    await rm(join(run, 'charon.vici'), { force: true })
    const script = 'mount --bind "$1" /run && exec "$2"'
    const charon = this.#options.charon ?? '/usr/lib/ipsec/charon'
    this.#process = spawn('ip', ['netns', 'exec', this.gateway, 'sh', '-c', script, 'sh', run, charon], {
      stdio: 'ignore',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', STRONGSWAN_CONF: '/run/charon.conf' },
    })
    process.once('exit', this.#killOnExit)
    this.#session = await until(() => connected(join(run, 'charon.vici')), { what: `charon of ${this.#options.name}` })
    for (const connection of this.#connections.values()) await this.configure(connection)
  }

  /** Ends its charon politely: peers are told. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Ends its charon without a word. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Its charon answers nothing until `comeBack`, like one that cannot be reached. */
  silence(): void {
    this.#process?.kill('SIGSTOP')
  }

  comeBack(): void {
    this.#process?.kill('SIGCONT')
  }

  async close(): Promise<void> {
    await this.#end('SIGKILL')
    await this.#clear()
    await rm(this.#directory, { recursive: true, force: true })
  }

  get #vici(): ViciSession {
    if (this.#session === undefined) throw new Error(`charon of ${this.#options.name} does not run`)
    return this.#session
  }

  async #end(how: NodeJS.Signals): Promise<void> {
    await this.#session?.close()
    this.#session = undefined
    const child = this.#process
    process.off('exit', this.#killOnExit)
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(how)
    await ended
  }

  async #build(): Promise<void> {
    const { name, bridge, publicAddresses, nextHop, lan, backend, retransmitSeconds = 1 } = this.#options
    const [gateway, host] = [this.gateway, this.host]
    await addNamespace(gateway)
    await addNamespace(host)
    await writeKernelSettings(gateway, {
      'net/ipv4/ip_forward': '1',
      'net/ipv6/conf/all/forwarding': '1',
      'net/ipv4/conf/all/rp_filter': '0',
      'net/ipv4/conf/default/rp_filter': '0',
    })
    const wanCable = `${name}-wan`
    await ipBatch([
      addVeth(wanCable, { name: 'wan', namespace: gateway }),
      setMaster(wanCable, bridge),
      setUp(wanCable),
    ])
    await ipBatch(
      [
        addVeth('lan', { name: 'eth0', namespace: host }),
        ...publicAddresses.map((address) => addAddress('wan', address)),
        ...lan.map((network) => addAddress('lan', network.gateway)),
        ...['lo', 'wan', 'lan'].map(setUp),
        ...(nextHop === undefined ? [] : [['route', 'add', 'default', 'via', nextHop]]),
      ],
      { namespace: gateway },
    )
    await ipBatch([...lan.map((network) => addAddress('eth0', network.host)), ...['lo', 'eth0'].map(setUp)], {
      namespace: host,
    })
    for (const { gateway: address } of lan) {
      const [hop = ''] = address.split('/')
      await ip(['route', 'replace', 'default', 'via', hop], { namespace: host, family: hop.includes(':') ? 6 : 4 })
    }
    await mkdir(join(this.#directory, 'run'))
    await writeFile(join(this.#directory, 'run', 'charon.conf'), configuration(backend, retransmitSeconds))
  }

  async #clear(): Promise<void> {
    const cable = `${this.#options.name}-wan`
    if ((await readLinksNamed([cable])).length > 0) await ip(deleteLink(cable))
    const namespaces = await listNamespaces()
    for (const namespace of [this.gateway, this.host])
      if (namespaces.includes(namespace)) await deleteNamespace(namespace)
  }
}

/** See `PeerSite`. */
export function aPeerSite(options: PeerSiteOptions): Promise<PeerSite> {
  return PeerSite.open(options)
}

async function connected(socket: string): Promise<ViciSession | undefined> {
  try {
    return await ViciSession.connect(socket)
  } catch (error) {
    if (error instanceof ViciConnectError && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED'))
      return undefined
    throw error
  }
}

function configuration(backend: PeerSiteOptions['backend'], retransmitSeconds: number): string {
  const esp = backend === 'kernel' ? '' : 'kernel-libipsec '
  return `charon {
  load = random nonce openssl aes sha1 sha2 md5 hmac kdf gmp curve25519 gcm ccm ctr cmac xcbc ${esp}kernel-netlink socket-default vici
  threads = 32
  i_dont_care_about_security_and_use_aggressive_mode_psk = yes
  cookie_threshold = 500
  cookie_threshold_ip = 200
  block_threshold = 400
  max_ikev1_exchanges = 64
  retransmit_timeout = ${retransmitSeconds}
  retransmit_base = 1.4
  plugins {
    vici { socket = unix:///run/charon.vici }
    kernel-libipsec { allow_peer_ts = yes }
  }
  filelog { main { path = /run/charon.log
    default = 1
    flush_line = yes
    time_format = %T
    time_add_ms = yes
  } }
}
`
}
