import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { Secret } from '../model/secret.ts'
import { exists, writePrivately } from './state.ts'

/** Where the clients' files lie. Both are of mode 0600. */
export interface CredentialFiles {
  readonly cloudsYaml: string
  readonly openrc: string
}

export function credentialFiles(stateDir: string): CredentialFiles {
  return { cloudsYaml: join(stateDir, 'clouds.yaml'), openrc: join(stateDir, 'openrc') }
}

export function generatePassword(): Secret {
  return new Secret(randomBytes(15).toString('base64url'))
}

/** The password that an earlier start wrote down, if it did. */
export async function writtenPassword({ cloudsYaml }: CredentialFiles): Promise<Secret | undefined> {
  if (!(await exists(cloudsYaml))) return undefined
  const read: unknown = parse(await readFile(cloudsYaml, 'utf8'))
  const path = ['clouds', 'sallyport', 'auth', 'password']
  const password = path.reduce<unknown>(
    (value, key) => (value === undefined ? value : Reflect.get(Object(value), key)),
    read,
  )
  return typeof password === 'string' ? new Secret(password) : undefined
}

export async function removeCredentials({ cloudsYaml, openrc }: CredentialFiles): Promise<void> {
  await Promise.all([cloudsYaml, openrc].map((file) => rm(file, { force: true })))
}

/** Where clients find the service. */
export interface ClientAddress {
  readonly url: string
  /** Whom they have to trust, where the system does not by itself. */
  readonly cacert: string | undefined
}

/** Writes the same files where users are those of a Keystone: where it is, and nobody's name or password. */
export async function writeDirections(files: CredentialFiles, authUrl: string, region: string): Promise<void> {
  const note = '# Users are those of this Keystone: user, password and project are to be added.\n'
  const cloud = { auth: { auth_url: authUrl }, region_name: region, identity_api_version: 3, interface: 'public' }
  await writePrivately(files.cloudsYaml, note + stringify({ clouds: { sallyport: cloud } }))
  const variables = {
    OS_AUTH_URL: authUrl,
    OS_REGION_NAME: region,
    OS_IDENTITY_API_VERSION: '3',
    OS_INTERFACE: 'public',
  }
  await writePrivately(files.openrc, note + exportsOf(variables))
}

/** Writes `clouds.yaml` (a cloud for each flavour's region) and `openrc` for the administrator. */
export async function writeCredentials(
  files: CredentialFiles,
  { url, cacert }: ClientAddress,
  password: Secret,
): Promise<void> {
  const auth = {
    auth_url: `${url}/identity/v3`,
    username: 'admin',
    password: password.reveal(),
    project_name: 'admin',
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  }
  const cloud = (region_name: string) => ({
    auth,
    region_name,
    identity_api_version: 3,
    interface: 'public',
    ...(cacert !== undefined && { cacert }),
  })
  const clouds = { sallyport: cloud('RegionOne'), 'sallyport-otc': cloud('eu-de') }
  await writePrivately(files.cloudsYaml, stringify({ clouds }, { aliasDuplicateObjects: false }))
  const variables = {
    OS_AUTH_URL: auth.auth_url,
    OS_USERNAME: auth.username,
    OS_PASSWORD: auth.password,
    OS_PROJECT_NAME: auth.project_name,
    OS_USER_DOMAIN_NAME: auth.user_domain_name,
    OS_PROJECT_DOMAIN_NAME: auth.project_domain_name,
    OS_REGION_NAME: 'RegionOne',
    OS_IDENTITY_API_VERSION: '3',
    OS_INTERFACE: 'public',
    ...(cacert !== undefined && { OS_CACERT: cacert }),
  }
  await writePrivately(files.openrc, exportsOf(variables))
}

/** Lines for a shell. */
function exportsOf(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", "'\\''")}'\n`)
    .join('')
}
