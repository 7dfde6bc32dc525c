import type { FastifyRequest } from 'fastify'

/**
 * The address clients reach us by, without a slash at the end: what was configured, or what the request says. A proxy
 * names its scheme in `X-Forwarded-Proto`.
 */
export function publicUrl(request: FastifyRequest, configured: string | undefined): string {
  if (configured !== undefined) return configured
  const forwarded = request.headers['x-forwarded-proto']
  const scheme = forwarded === 'https' || forwarded === 'http' ? forwarded : request.protocol
  const url = `${scheme}://${request.headers.host ?? request.hostname}`
  // What the client calls us is its own to write; links have to be links all the same.
  return URL.canParse(url) ? url : `${scheme}://localhost`
}
