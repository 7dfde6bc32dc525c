import { availableParallelism } from 'node:os'
import { type Agent, startAgent } from '../agent/agent.ts'
import type { Driver } from '../agent/driver.ts'
import { SimulatedDriver } from '../agent/drivers/simulated/driver.ts'
import { StrongswanDriver } from '../agent/drivers/strongswan/driver.ts'
import type { Health } from '../api/health.ts'
import { ConfigurationError } from '../config/load.ts'
import { startAuditKeeper } from '../domain/audit-keeper.ts'
import { startTrafficKeeper } from '../domain/traffic-keeper.ts'
import type { Keystone } from '../keystone/keystone.ts'
import { hostPhysicalNetwork } from '../model/network.ts'
import { openStore, type Store } from '../store/open.ts'
import { createSealer } from '../store/seal.ts'
import { createLog } from '../telemetry/log.ts'
import { banner } from './banner.ts'
import { type Certificate, complaintAbout, readCertificate } from './certificate.ts'
import { startCertificateKeeper } from './certificate-keeper.ts'
import { withClosers } from './closers.ts'
import { credentialFiles } from './credentials.ts'
import { beginIdentity, type KeystoneAccess, keystoneAccess } from './identity.ts'
import { watchProcess } from './process-figures.ts'
import { listenerUrl, plainHttpBeyondThisHost, refusePlainHttpBeyondThisHost } from './reach.ts'
import { createServer, type Server } from './server.ts'
import { type EffectiveSettings, effectiveSettings } from './settings.ts'
import { ensureStateDir, masterKey } from './state.ts'
import { version } from './version.ts'
import { argon2, randomIds, systemClock, systemResolver } from './world.ts'

/**
 * API, identity and gateway agent in one process, until a signal ends it. Tunnels outlive it: the next start finds them
 * again.
 * @param argv arguments after the program's name: `--config FILE`.
 */
export async function main(argv: readonly string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0
  let effective: EffectiveSettings
  let certificate: Certificate | undefined
  let access: KeystoneAccess | undefined
  try {
    effective = await effectiveSettings(process.env, isRoot, configArgument(argv))
    access = await keystoneAccess(effective)
    refuseDriverWithoutRoot(effective, isRoot)
    refusePlainHttpBeyondThisHost(effective)
    certificate = effective.certificate && (await readCertificate(effective.certificate))
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    process.stderr.write(`sallyport: ${error.message}\n`)
    process.exitCode = 2
    return
  }
  // Whatever is written from here on is for the owner's eyes only.
  process.umask(0o077)
  await withClosers(async (closers) => {
    const { settings, stateDir, listen, publicUrl, isTrustedProxy, rateLimit } = effective
    const log = createLog({ level: settings.log_level, pretty: process.stderr.isTTY === true })
    await ensureStateDir(stateDir)
    const sealer = createSealer(await masterKey(effective.masterKeyFile))
    const lost = new AbortController()
    let server: Server | undefined
    let certificateEnd = certificate?.validTo
    const store = await openStore(
      {
        url: effective.databaseUrl,
        clock: systemClock,
        onTrouble: (error) => {
          server?.metrics.databaseTrouble()
          log.warn({ err: error }, 'trouble with the database')
        },
        onLost: (error) => lost.abort(error),
      },
      sealer,
    )
    closers.add(() => store.close())
    const cacert =
      settings.tls_ca_file ?? (certificate?.isSelfSigned ? effective.certificate?.certificateFile : undefined)
    const identity = await beginIdentity(access, {
      store,
      effective,
      cacert,
      clock: systemClock,
      log: log.child({ part: 'identity' }),
    })
    const { keystone } = identity
    closers.add(() => keystone?.close())

    const driver = await openDriver(effective, log)
    closers.add(() => driver.close())
    const { capabilities } = driver
    let agent: Agent | undefined
    const created = createServer({
      store,
      world: { clock: systemClock, ids: randomIds, resolver: systemResolver, capabilities: () => capabilities },
      passwords: argon2,
      ...(keystone && { keystone }),
      flavour: settings.flavour,
      switches: effective.switches,
      publicUrl,
      health: () => ({
        version,
        driver: driver.name,
        backend: capabilities.backend,
        daemon: capabilities.daemon,
        database: store.engine.name,
        identity: keystone ? 'keystone' : 'builtin',
        ...readiness({ agent, store, keystone }),
      }),
      log,
      agentState: () => agent?.state(),
      certificateEnd: () => certificateEnd,
      process: watchProcess(),
      metricsToken: effective.metricsToken,
      rateLimit,
      isTrustedProxy,
      // One core is left to the requests of others. Each verification keeps 19 MiB, and a thread of four.
      verificationsAtOnce: Math.max(1, Math.min(2, availableParallelism() - 1)),
      // A rest that the end of the service cuts short has no more to wait for.
      restAfterFailure: (milliseconds) =>
        systemClock.sleep(milliseconds, lost.signal).catch((error: unknown) => {
          if (!lost.signal.aborted) throw error
        }),
      tls: certificate?.context,
    })
    server = created
    const auditKeeper = startAuditKeeper({
      store,
      clock: systemClock,
      refusals: created.refusals,
      retentionDays: settings.audit_retention_days,
      log: log.child({ part: 'audit' }),
    })
    closers.add(() => auditKeeper.close())
    const trafficKeeper = startTrafficKeeper({ store, clock: systemClock, log: log.child({ part: 'traffic' }) })
    closers.add(() => trafficKeeper.close())
    closers.add(() => created.api.close())
    const scheme = certificate ? 'https:' : 'http:'
    await created.api.listen({
      ...listen,
      listenTextResolver: (address) => `listening at ${address.replace(/^https?:/, scheme)}`,
    })
    const [address] = created.api.addresses()
    const url = publicUrl ?? listenerUrl(effective, typeof address === 'object' ? address.port : undefined)
    await identity.writeFiles(url)
    if (certificate && effective.certificate) {
      const keeper = startCertificateKeeper({
        files: effective.certificate,
        server: created.api.server,
        clock: systemClock,
        log: log.child({ part: 'tls' }),
        onTaken: ({ validTo }) => {
          certificateEnd = validTo
        },
      })
      closers.add(() => keeper.close())
      const complaint = complaintAbout(certificate, systemClock.now())
      if (complaint) log.warn({ certificate: effective.certificate.certificateFile }, complaint)
    }

    const started = startAgent({
      driver,
      controlPlane: created.controlPlane,
      clock: systemClock,
      random: Math.random,
      log: log.child({ part: 'agent' }),
      onLook: created.metrics.looked,
    })
    agent = started
    closers.add(() => started.close())
    process.stdout.write(
      banner({
        url,
        cacert,
        identityUrl: identity.urlAt(url),
        identity: keystone ? 'keystone' : 'builtin',
        files: credentialFiles(stateDir),
        flavour: settings.flavour,
        driver: driver.name,
        capabilities,
        inTheClear: plainHttpBeyondThisHost(effective),
      }),
    )
    log.info({ reason: await ending(lost.signal) }, 'stopping; tunnels stay up')
  })
}

/** Whether all that a request may need is there, and what is not. */
function readiness(parts: {
  readonly agent: Agent | undefined
  readonly store: Store
  readonly keystone: Keystone | undefined
}): Pick<Health, 'ready' | 'reason'> {
  const { agent, store, keystone } = parts
  const reasons = [
    agent?.isReady ? [] : ['not every gateway was looked at yet'],
    store.engine.isAnswering ? [] : ['the database does not answer'],
    keystone?.reason ?? [],
  ].flat()
  return reasons.length === 0 ? { ready: true } : { ready: false, reason: reasons.join('; ') }
}

async function openDriver(
  { settings, stateDir }: EffectiveSettings,
  log: ReturnType<typeof createLog>,
): Promise<Driver> {
  const { physical_networks: physicalNetworks, host_router: hostRouter } = settings
  if (settings.driver === 'simulated') {
    const names = [...Object.keys(physicalNetworks), ...(hostRouter ? [hostPhysicalNetwork] : [])]
    return new SimulatedDriver({ clock: systemClock, physicalNetworks: names })
  }
  return StrongswanDriver.open({
    stateDir,
    physicalNetworks,
    hostRouter,
    clock: systemClock,
    log: log.child({ part: 'driver' }),
  })
}

/** Real tunnels need namespaces. Nothing falls back to simulated ones by itself. */
function refuseDriverWithoutRoot({ settings }: EffectiveSettings, isRoot: boolean): void {
  if (isRoot || settings.driver === 'simulated') return
  throw new ConfigurationError(
    'real tunnels need root, for network namespaces and the key exchange daemon; run it as root, or ask for the ' +
      'simulated driver by name to try the API without tunnels: SALLYPORT_DRIVER=simulated',
  )
}

function configArgument(argv: readonly string[]): string | undefined {
  const [first, path, ...rest] = argv
  if (first === undefined) return undefined
  if (first !== '--config' || path === undefined || rest.length > 0) {
    throw new ConfigurationError(`unknown arguments: ${argv.join(' ')}; only --config FILE is known`)
  }
  return path
}

/** Waits for a signal of the operator's, or for the loss of the database. @returns what it was. */
async function ending(lost: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(signal))
    lost.addEventListener('abort', () => {
      process.exitCode = 1
      resolve(lost.reason instanceof Error ? lost.reason.message : String(lost.reason))
    })
  })
}
