import { ConfigurationError } from './load.ts'
import { environmentName, type Settings } from './schema.ts'

/** Whose users they are. */
export type IdentitySettings = { readonly mode: 'builtin' } | KeystoneSettings

/** What was said about an existing Keystone, with what holds where nothing was said. */
export interface KeystoneSettings {
  readonly mode: 'keystone'
  /** Ends in `/v3`. */
  readonly url: string
  readonly username: string
  readonly password: { readonly text: string } | { readonly file: string }
  readonly userDomain: string
  readonly project: string
  readonly projectDomain: string
  /** What is written into the clients' files. */
  readonly region: string
  readonly cacheSeconds: number
  readonly timeoutSeconds: number
  readonly caFile: string | undefined
}

/** The settings about identity as a whole. @throws ConfigurationError for those that do not go together */
export function identityOf(settings: Settings): IdentitySettings {
  if (settings.identity_mode === 'builtin') {
    const idle = Object.keys(settings).find((key) => key.startsWith('identity_') && key !== 'identity_mode')
    if (idle === undefined) return { mode: 'builtin' }
    throw new ConfigurationError(
      `${named(idle)} is of use with a Keystone only; set ${named('identity_mode')} to keystone, or leave it out`,
    )
  }
  if (settings.admin_password !== undefined) {
    throw new ConfigurationError(
      `${named('admin_password')} is for the built-in identity; with identity_mode keystone users are Keystone's: leave it out`,
    )
  }
  const url = keystoneUrl(settings.identity_url)
  if (settings.identity_username === undefined) {
    throw missing('identity_username', 'the name of the user by which Sallyport validates tokens')
  }
  if (settings.identity_ca_file !== undefined && !url.startsWith('https:')) {
    throw new ConfigurationError(
      `${named('identity_ca_file')} needs an address that begins with https:// in ${named('identity_url')}`,
    )
  }
  return {
    mode: 'keystone',
    url,
    username: settings.identity_username,
    password: passwordOf(settings),
    userDomain: settings.identity_user_domain ?? 'Default',
    project: settings.identity_project ?? 'service',
    projectDomain: settings.identity_project_domain ?? 'Default',
    region: settings.identity_region ?? 'RegionOne',
    cacheSeconds: settings.identity_cache_seconds ?? 60,
    timeoutSeconds: settings.identity_timeout_seconds ?? 5,
    caFile: settings.identity_ca_file,
  }
}

/** With `/v3` at its end, however it was written. */
function keystoneUrl(text: string | undefined): string {
  if (text === undefined) throw missing('identity_url', 'where Keystone is, as https://keystone.example.org:5000/v3')
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash
  if (!isPlain || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    // It may hold a password, and is not repeated.
    throw new ConfigurationError(
      `${named('identity_url')} has to be http(s)://host[:port][/path], without user and query`,
    )
  }
  const path = url.pathname.replace(/\/+$/, '')
  return `${url.origin}${path.endsWith('/v3') ? path : `${path}/v3`}`
}

function passwordOf({ identity_password: text, identity_password_file: file }: Settings): KeystoneSettings['password'] {
  const [one, other] = [named('identity_password'), named('identity_password_file')]
  if (text !== undefined && file !== undefined) {
    throw new ConfigurationError(`${one} and ${other} are both set; leave one of them out`)
  }
  if (text !== undefined) return { text }
  if (file !== undefined) return { file }
  throw new ConfigurationError(`${one} or ${other} is missing; identity_mode keystone needs the password of that user`)
}

function missing(key: string, what: string): ConfigurationError {
  return new ConfigurationError(`${named(key)} is missing; identity_mode keystone needs ${what}`)
}

function named(key: string): string {
  return `${key} (${environmentName(key)})`
}
