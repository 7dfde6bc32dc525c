import { availableParallelism } from 'node:os'
import { type Agent, startAgent } from '../agent/agent.ts'
import type { Driver } from '../agent/driver.ts'
import { SimulatedDriver } from '../agent/drivers/simulated/driver.ts'
import { StrongswanDriver } from '../agent/drivers/strongswan/driver.ts'
import { ConfigurationError } from '../config/load.ts'
import { startAuditKeeper } from '../domain/audit-keeper.ts'
import { ensureAdminPassword, firstStart } from '../domain/first-start.ts'
import { startTrafficKeeper } from '../domain/traffic-keeper.ts'
import { Secret } from '../model/secret.ts'
import { openStore } from '../store/open.ts'
import { createSealer } from '../store/seal.ts'
import { createLog } from '../telemetry/log.ts'
import { banner } from './banner.ts'
import { type Certificate, complaintAbout, readCertificate } from './certificate.ts'
import { startCertificateKeeper } from './certificate-keeper.ts'
import { withClosers } from './closers.ts'
import {
  credentialFiles,
  generatePassword,
  removeCredentials,
  writeCredentials,
  writtenPassword,
} from './credentials.ts'
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
  try {
    effective = await effectiveSettings(process.env, isRoot, configArgument(argv))
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
    const password = await adminPassword(effective, cacert, (chosen) => firstStart(store, randomIds, argon2, chosen))
    if (settings.admin_password !== undefined) await ensureAdminPassword(store, argon2, password)

    const driver = await openDriver(effective, log)
    closers.add(() => driver.close())
    const { capabilities } = driver
    let agent: Agent | undefined
    const created = createServer({
      store,
      world: { clock: systemClock, ids: randomIds, resolver: systemResolver, capabilities: () => capabilities },
      passwords: argon2,
      flavour: settings.flavour,
      switches: effective.switches,
      publicUrl,
      health: () => ({
        version,
        driver: driver.name,
        backend: capabilities.backend,
        daemon: capabilities.daemon,
        database: store.engine.name,
        ready: (agent?.isReady ?? false) && store.engine.isAnswering,
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
    const files = credentialFiles(stateDir)
    await writeCredentials(files, { url, cacert }, password)
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
        files,
        flavour: settings.flavour,
        driver: driver.name,
        capabilities,
        inTheClear: plainHttpBeyondThisHost(effective),
      }),
    )
    log.info({ reason: await ending(lost.signal) }, 'stopping; tunnels stay up')
  })
}

async function openDriver(
  { settings, stateDir }: EffectiveSettings,
  log: ReturnType<typeof createLog>,
): Promise<Driver> {
  if (settings.driver === 'simulated') return new SimulatedDriver({ clock: systemClock })
  return StrongswanDriver.open({ stateDir, clock: systemClock, log: log.child({ part: 'driver' }) })
}

/** Real tunnels need namespaces. Nothing falls back to simulated ones by itself. */
function refuseDriverWithoutRoot({ settings }: EffectiveSettings, isRoot: boolean): void {
  if (isRoot || settings.driver === 'simulated') return
  throw new ConfigurationError(
    'real tunnels need root, for network namespaces and the key exchange daemon; run it as root, or ask for the ' +
      'simulated driver by name to try the API without tunnels: SALLYPORT_DRIVER=simulated',
  )
}

/**
 * The password that was set, or else written down by an earlier start, or else a new one. It is written down before it
 * becomes the administrator's: a start that fails in between must not leave an installation nobody can log in to.
 */
async function adminPassword(
  effective: EffectiveSettings,
  cacert: string | undefined,
  begin: (password: Secret) => Promise<boolean>,
): Promise<Secret> {
  const { settings, stateDir, publicUrl } = effective
  const files = credentialFiles(stateDir)
  const written = await writtenPassword(files)
  const set = settings.admin_password === undefined ? undefined : new Secret(settings.admin_password)
  const password = set ?? written ?? generatePassword()
  if (!written) await writeCredentials(files, { url: publicUrl ?? listenerUrl(effective), cacert }, password)
  const begun = await begin(password)
  if (!begun && !written && !set) {
    await removeCredentials(files)
    throw new ConfigurationError(
      `the files with the administrator's password are gone from ${stateDir}; set a new one with SALLYPORT_ADMIN_PASSWORD`,
    )
  }
  return password
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
