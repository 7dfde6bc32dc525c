import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FlavourSwitches } from '../api/profiles/all.ts'
import { ConfigurationError, loadSettings, parseListen } from '../config/load.ts'
import { parseTrustedProxies } from '../config/proxies.ts'
import { parseQuotas } from '../config/quotas.ts'
import { environmentName, type Settings } from '../config/schema.ts'
import type { RateLimit } from '../domain/rate-limit.ts'
import { Secret } from '../model/secret.ts'
import { isPostgresUrl, sqlitePath } from '../store/engine.ts'
import type { CertificateFiles } from './certificate.ts'
import { defaultStateDir } from './state.ts'

/** Settings with every path made out. */
export interface EffectiveSettings {
  readonly settings: Settings
  readonly listen: { readonly host: string; readonly port: number }
  readonly stateDir: string
  /** `sqlite:///absolute/path` or `postgres://…`. */
  readonly databaseUrl: string
  readonly masterKeyFile: string
  readonly switches: FlavourSwitches
  /** Without a slash at the end; absent: what each request says. */
  readonly publicUrl: string | undefined
  /** Absent: plain HTTP. */
  readonly certificate: CertificateFiles | undefined
  readonly isTrustedProxy: (address: string) => boolean
  /** Absent: none. */
  readonly rateLimit: RateLimit | undefined
  /** Absent: metrics are for this host only. */
  readonly metricsToken: Secret | undefined
}

/** Reads the file that was named, and the environment, which wins. @throws ConfigurationError */
export async function effectiveSettings(
  environment: Readonly<Record<string, string | undefined>>,
  isRoot: boolean,
  configFile?: string,
): Promise<EffectiveSettings> {
  const settings = loadSettings(environment, configFile === undefined ? undefined : await readNamed(configFile))
  const stateDir = resolve(settings.state_dir ?? defaultStateDir(isRoot))
  return {
    settings,
    listen: parseListen(settings.listen),
    stateDir,
    databaseUrl: databaseUrl(settings.database_url, stateDir),
    masterKeyFile: settings.master_key_file ?? join(stateDir, 'master.key'),
    switches: switchesOf(settings),
    publicUrl: publicUrl(settings),
    certificate: certificateFiles(settings),
    isTrustedProxy: parseTrustedProxies(settings.trusted_proxies),
    rateLimit: rateLimit(settings),
    metricsToken: await metricsToken(settings),
  }
}

/** @throws ConfigurationError */
function publicUrl({ public_url: url, tls_certificate_file: certificate }: Settings): string | undefined {
  if (url === undefined) return undefined
  const scheme = URL.canParse(url) ? new URL(url).protocol : undefined
  const wanted = certificate === undefined ? ['http:', 'https:'] : ['https:']
  if (scheme && wanted.includes(scheme)) return url.replace(/\/+$/, '')
  const possible = certificate === undefined ? 'http://… or https://…' : 'https://…, as the listener has a certificate'
  throw new ConfigurationError(`public_url (SALLYPORT_PUBLIC_URL) is '${url}'; it has to be ${possible}`)
}

/** @throws ConfigurationError */
function certificateFiles(settings: Settings): CertificateFiles | undefined {
  const { tls_certificate_file: certificateFile, tls_key_file: keyFile, tls_min_version: minVersion } = settings
  if (certificateFile === undefined && keyFile === undefined) return undefined
  if (certificateFile === undefined || keyFile === undefined) {
    const missing = keyFile === undefined ? 'tls_key_file' : 'tls_certificate_file'
    throw new ConfigurationError(
      `${missing} (${environmentName(missing)}) is missing: TLS needs a certificate and its key`,
    )
  }
  return { certificateFile: resolve(certificateFile), keyFile: resolve(keyFile), minVersion }
}

function rateLimit({ rate_limit_per_minute: perMinute, rate_limit_burst: burst }: Settings): RateLimit | undefined {
  return perMinute === 0 ? undefined : { perMinute, burst: burst ?? perMinute }
}

/** What was chosen about the flavours. @throws ConfigurationError */
function switchesOf(settings: Settings): FlavourSwitches {
  return {
    otc: {
      dpdConfigurable: settings.otc_dpd_configurable,
      allowAggressive: settings.otc_allow_aggressive,
      maskPsk: settings.otc_mask_psk,
      quotas: parseQuotas('otc_quotas', settings.otc_quotas),
    },
    openstack: {
      noSha1No3des: settings.openstack_no_sha1_no_3des,
      quotas: parseQuotas('openstack_quotas', settings.openstack_quotas),
    },
  }
}

/** @throws ConfigurationError */
async function metricsToken({ metrics_token_file: path }: Settings): Promise<Secret | undefined> {
  if (path === undefined) return undefined
  const token = (await readNamed(path)).text.trim()
  if (/^\S{16,}$/.test(token)) return new Secret(token)
  throw new ConfigurationError(`${path} has to hold a token of at least 16 characters without blanks`)
}

async function readNamed(path: string): Promise<{ readonly path: string; readonly text: string }> {
  try {
    return { path, text: await readFile(path, 'utf8') }
  } catch (cause) {
    throw new ConfigurationError(`${path} cannot be read`, { cause })
  }
}

/** @throws ConfigurationError for what is no database; its text may hold a password and is not repeated. */
function databaseUrl(url: string | undefined, stateDir: string): string {
  if (url === undefined) return `sqlite://${join(stateDir, 'sallyport.db')}`
  if (isPostgresUrl(url) || sqlitePath(url) !== undefined) return url
  throw new ConfigurationError(
    'database_url (SALLYPORT_DATABASE_URL) has to be sqlite:///absolute/path or postgres://user@host/name',
  )
}
