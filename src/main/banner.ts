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
    `  Identity   ${url}/identity/v3`,
    `  Documents  ${url}/docs`,
    '  User       admin, of project admin, in domain Default',
    `  Password   in ${files.openrc} and ${files.cloudsYaml}`,
    ...(inTheClear ? ['', `  WARNING    ${inTheClear} is served WITHOUT TLS, as allow_plain_http asks`] : []),
    '',
    `  Try next:  ${next}`,
    '',
    '',
  ].join('\n')
}
