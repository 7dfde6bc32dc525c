import type { Driver } from '../agent/driver.ts'
import type { Capabilities } from '../model/capabilities.ts'
import type { CredentialFiles } from './credentials.ts'
import { version } from './version.ts'

const backends: Readonly<Record<Capabilities['backend'], string>> = {
  kernel: 'ESP in the kernel',
  'user-space': 'ESP in user space, as this kernel has none',
  simulated: 'NO TUNNELS: the simulated driver was asked for',
}

/** What the service says when it is up: where everything is, and what to try next. */
export function banner(facts: {
  readonly url: string
  /** Whom clients have to trust, where the system does not by itself. */
  readonly cacert: string | undefined
  readonly identityUrl: string
  readonly identity: 'builtin' | 'keystone'
  readonly files: CredentialFiles
  readonly flavour: 'otc' | 'openstack'
  readonly driver: Driver['name']
  readonly capabilities: Capabilities
  /** The address where others than this host are served without TLS. */
  readonly inTheClear: string | undefined
}): string {
  const { url, files, flavour, capabilities, inTheClear, cacert } = facts
  const next =
    facts.driver === 'simulated'
      ? `curl -s ${cacert ? `--cacert ${cacert} ` : ''}${url}/healthz`
      : 'npm run demo        (two sites on this host, and a ping through)'
  return [
    '',
    `Sallyport ${version} is up: ${capabilities.daemon}, ${backends[capabilities.backend]}`,
    '',
    `  API        ${url}/v2.0/vpn/…   speaks ${flavour}; ${url}/otc and ${url}/openstack by name`,
    `  Identity   ${facts.identityUrl}`,
    `  Documents  ${url}/docs`,
    ...(facts.identity === 'builtin' ? ourUser(files) : keystonesUsers(files)),
    ...(inTheClear ? ['', `  WARNING    ${inTheClear} is served WITHOUT TLS, as allow_plain_http asks`] : []),
    '',
    `  Try next:  ${next}`,
    '',
    '',
  ].join('\n')
}

function ourUser({ openrc, cloudsYaml }: CredentialFiles): string[] {
  return ['  User       admin, of project admin, in domain Default', `  Password   in ${openrc} and ${cloudsYaml}`]
}

function keystonesUsers({ openrc, cloudsYaml }: CredentialFiles): string[] {
  return [
    '  Users      those of this Keystone, with their roles admin and member',
    `  Addresses  in ${openrc} and ${cloudsYaml}, to be completed with a user`,
  ]
}
