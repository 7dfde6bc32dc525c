import { ConfigurationError } from '../config/load.ts'
import { isLoopback } from '../config/loopback.ts'
import type { EffectiveSettings } from './settings.ts'

/**
 * Tokens and pre-shared keys travel over the listener: not in the clear to other hosts, unless somebody says so by name.
 * @throws ConfigurationError
 */
export function refusePlainHttpBeyondThisHost({ settings, listen, certificate }: EffectiveSettings): void {
  if (certificate || settings.allow_plain_http || isLoopback(listen.host)) return
  throw new ConfigurationError(
    `listen (SALLYPORT_LISTEN) is ${settings.listen}, which other hosts reach, and passwords and keys would travel ` +
      'there in the clear; set tls_certificate_file and tls_key_file, or, where a proxy in front of it speaks TLS, ' +
      'allow_plain_http (SALLYPORT_ALLOW_PLAIN_HTTP=true)',
  )
}

/** What passwords and keys travel over in the clear, for the banner; `undefined`: nothing that other hosts see. */
export function plainHttpBeyondThisHost({ settings, listen, certificate }: EffectiveSettings): string | undefined {
  return certificate || isLoopback(listen.host) ? undefined : settings.listen
}

/** The address of the listener as a URL. */
export function listenerUrl({ listen, certificate }: EffectiveSettings, port = listen.port): string {
  const host = listen.host.includes(':') ? `[${listen.host}]` : listen.host
  return `${certificate ? 'https' : 'http'}://${host}:${port}`
}
