import { readFile, stat } from 'node:fs/promises'
import { identityOf, type KeystoneSettings } from '../config/identity.ts'
import { ConfigurationError } from '../config/load.ts'
import { environmentName } from '../config/schema.ts'
import { ensureAdminPassword, firstStart, firstStartWithKeystone } from '../domain/first-start.ts'
import { createKeystone, type Keystone, type KeystoneOptions } from '../keystone/keystone.ts'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { Secret } from '../model/secret.ts'
import type { Store } from '../store/open.ts'
import {
  credentialFiles,
  generatePassword,
  removeCredentials,
  writeCredentials,
  writeDirections,
  writtenPassword,
} from './credentials.ts'
import { listenerUrl } from './reach.ts'
import type { EffectiveSettings } from './settings.ts'
import { argon2, randomIds } from './world.ts'

/** Whose users they are, as this start found it. */
export interface RunningIdentity {
  /** Absent: they are ours. */
  readonly keystone: Keystone | undefined
  /** Where to log in, when clients reach us at `url`. */
  readonly urlAt: (url: string) => string
  readonly writeFiles: (url: string) => Promise<void>
}

/** What is needed to speak to a Keystone, with its files read; `undefined`: the users are ours. */
export type KeystoneAccess = { readonly settings: KeystoneSettings } & Pick<KeystoneOptions, 'account' | 'ca'>

/** @throws ConfigurationError */
export async function keystoneAccess({ settings: all }: EffectiveSettings): Promise<KeystoneAccess | undefined> {
  const settings = identityOf(all)
  if (settings.mode === 'builtin') return undefined
  const { username, userDomain, project, projectDomain, password, caFile } = settings
  const text = 'text' in password ? password.text : await passwordIn(password.file)
  const ca = caFile === undefined ? undefined : await certificatesIn(caFile)
  return { settings, account: { username, password: new Secret(text), userDomain, project, projectDomain }, ca }
}

/** Makes what a first start has to make, and begins to speak to the Keystone, if there is one. */
export async function beginIdentity(
  access: KeystoneAccess | undefined,
  { store, effective, cacert, clock, log }: Beginning,
): Promise<RunningIdentity> {
  const files = credentialFiles(effective.stateDir)
  const origin = { ids: randomIds, clock }
  if (!access) {
    const password = await adminPassword(effective, cacert, (chosen) => firstStart(store, origin, argon2, chosen))
    if (effective.settings.admin_password !== undefined) await ensureAdminPassword(store, argon2, password)
    return {
      keystone: undefined,
      urlAt: (url) => `${url}/identity/v3`,
      writeFiles: (url) => writeCredentials(files, { url, cacert }, password),
    }
  }
  await firstStartWithKeystone(store, origin)
  const { settings, account, ca } = access
  const keystone = createKeystone({
    url: settings.url,
    account,
    cacheMs: settings.cacheSeconds * 1_000,
    timeoutMs: settings.timeoutSeconds * 1_000,
    ca,
    clock,
    onTrouble: (error) => log.warn({ err: error }, 'trouble with Keystone: new tokens are answered 503'),
    onHealed: () => log.info({ url: settings.url }, 'Keystone validates tokens again'),
  })
  return {
    keystone,
    urlAt: () => settings.url,
    writeFiles: () => writeDirections(files, settings.url, settings.region),
  }
}

interface Beginning {
  readonly store: Store
  readonly effective: EffectiveSettings
  /** Whom clients have to trust, where the system does not by itself. */
  readonly cacert: string | undefined
  readonly clock: Clock
  readonly log: Log
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

/** The first line of a file that is not for everybody. @throws ConfigurationError */
async function passwordIn(path: string): Promise<string> {
  const key = `identity_password_file (${environmentName('identity_password_file')})`
  const text = await readNamed(path, key)
  const { mode } = await stat(path)
  if ((mode & 0o007) !== 0) {
    throw new ConfigurationError(`${key}: ${path} can be read by everybody; chmod 600 it`)
  }
  const [password = ''] = text.split('\n')
  if (password.trim() === '') throw new ConfigurationError(`${key}: ${path} is empty; it has to hold the password`)
  return password.replace(/\r$/, '')
}

/** @throws ConfigurationError */
async function certificatesIn(path: string): Promise<string> {
  const key = `identity_ca_file (${environmentName('identity_ca_file')})`
  const text = await readNamed(path, key)
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new ConfigurationError(`${key}: ${path} holds no certificate; it has to be in PEM`)
}

async function readNamed(path: string, key: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new ConfigurationError(`${key}: ${path} cannot be read; name a file that this user may read`, { cause })
  }
}
