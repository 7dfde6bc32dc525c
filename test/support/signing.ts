import { createHash, createHmac } from 'node:crypto'

/**
 * How clients sign, written after what they do (`clients.md` §8) and not after our verifier: from a URL and the headers
 * they set, as a client has them.
 */
export interface Signer {
  readonly access: string
  readonly secret: string
  readonly region?: string
  readonly service?: string
}

export interface Unsigned {
  readonly method: string
  /** Path and query, as they will be sent. */
  readonly target: string
  /** Set before signing, beside `Host` and `X-Sdk-Date`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Absent: none, as a client that was given none. */
  readonly body?: string
}

export const clientHost = 'vpn.example.org:9696'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** `20261123T010203Z` */
export function sdkDate(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

/** As gophertelekomcloud signs. @returns all headers to send. */
export function signScoped(signer: Signer, request: Unsigned, at: number): Record<string, string> {
  const { access, secret, region = '', service = '' } = signer
  const date = sdkDate(at)
  const headers = lowerCased({ ...request.headers, host: clientHost, 'x-sdk-date': date })
  const url = new URL(`http://${clientHost}${request.target}`)
  const names = Object.keys(headers).sort()
  const parameters = url.searchParams
  const bodyIsQuery = request.method === 'POST' && request.body === undefined
  const sorted = [...new Set(parameters.keys())].sort(order)
  const asForm = sorted.flatMap((key) => parameters.getAll(key).map((value) => `${plus(key)}=${plus(value)}`))
  const insensitive = [...sorted].sort((one, other) => (lower(one) < lower(other) ? -1 : 1))
  const query = insensitive.map((key) => `${encode(key)}=${encode(parameters.get(key) ?? '')}`)
  const canonical = [
    request.method,
    canonicalPath(request.target),
    bodyIsQuery ? '' : query.join('&'),
    names.map((name) => `${name}:${headers[name]?.replace(/\s+/g, ' ')}\n`).join(''),
    names.join(';'),
    headers['x-sdk-content-sha256'] ?? hash(bodyIsQuery ? asForm.join('&') : (request.body ?? '')),
  ].join('\n')
  const day = date.slice(0, 8)
  const scope = `${day}/${region}/${service}/sdk_request`
  const key = mac(mac(mac(mac(`SDK${secret}`, day), region), service), 'sdk_request')
  const signature = mac(key, `SDK-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`).toString('hex')
  const authorization = `SDK-HMAC-SHA256 Credential=${access}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

/** As the vendor's later libraries sign: every value of the query, no scope, the secret itself as the key. */
export function signPlain(signer: Signer, request: Unsigned, at: number): Record<string, string> {
  const date = sdkDate(at)
  const headers = lowerCased({ ...request.headers, host: clientHost, 'x-sdk-date': date })
  const names = Object.keys(headers).sort()
  const { searchParams } = new URL(`http://${clientHost}${request.target}`)
  const query = [...searchParams].sort(([one, a], [other, b]) => (one === other ? order(a, b) : order(one, other)))
  const canonical = [
    request.method,
    canonicalPath(request.target),
    query.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&'),
    names.map((name) => `${name}:${headers[name]?.trim()}\n`).join(''),
    names.join(';'),
    headers['x-sdk-content-sha256'] ?? hash(request.body ?? ''),
  ].join('\n')
  const signature = mac(signer.secret, `SDK-HMAC-SHA256\n${date}\n${hash(canonical)}`).toString('hex')
  const authorization = `SDK-HMAC-SHA256 Access=${signer.access}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return { ...headers, authorization }
}

const order = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other))
const lower = (key: string) => encode(key).toLowerCase()
const plus = (text: string) => encode(text).replaceAll('%20', '+')

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
}

function canonicalPath(target: string): string {
  const path = decodeURIComponent(target.replace(/\?.*$/s, '')).split('/').map(encode).join('/')
  return path.endsWith('/') ? path : `${path}/`
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
