import type { FastifyRequest } from 'fastify'

/**
 * The address clients reach us by, without a slash at the end: what was configured, or what the request says. A proxy
 * names its scheme in `X-Forwarded-Proto`, and the host it was asked for in `X-Forwarded-Host`; of several proxies the
 * first one does. Those that nobody trusts were not let through (`proxies.ts`).
 */
export function publicUrl(request: FastifyRequest, configured: string | undefined): string {
  if (configured !== undefined) return configured
  const forwarded = firstOf(request.headers['x-forwarded-proto'])
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : request.protocol
  const host = firstOf(request.headers['x-forwarded-host']) || (request.headers.host ?? request.hostname)
  const url = `${scheme}://${host}`
  // What the client calls us is its own to write; links have to be links all the same.
  return URL.canParse(url) ? url : `${scheme}://localhost`
}

function firstOf(header: string | readonly string[] | undefined): string | undefined {
  return (typeof header === 'string' ? header : header?.[0])?.split(',', 1)[0]?.trim()
}
