import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clientHost,
  type Signer,
  sdkDate,
  signPlain,
  signScoped,
  type Unsigned,
} from '../../../test/support/signing.ts'
import { Problem } from '../../model/problem.ts'
import { Secret } from '../../model/secret.ts'
import { canonicalRequests, sha256 } from './canonical-request.ts'
import { claimOf, isSignedWith, refuseOtherTime } from './request-signature.ts'
import type { SentRequest } from './sent-request.ts'

const signer: Signer = { access: 'AKEXAMPLE0001', secret: 'SKexampleSecretKey000000000000000001' }
const now = Date.UTC(2026, 10, 23, 1, 2, 3)

/** What arrives when a client sends the request with these headers. */
function sent({ method, target, body = '' }: Unsigned, headers: Readonly<Record<string, string>>): SentRequest {
  return { method, target, headers: Object.entries(headers).flat(), body: Buffer.from(body) }
}

/** Whether it is accepted, or why not. */
function judged(request: SentRequest, { access, secret }: Signer = signer, at = now): boolean | string {
  try {
    const claim = claimOf(request)
    refuseOtherTime(claim, at)
    // Nobody else has that key.
    return claim.access === access && isSignedWith(request, claim, new Secret(secret))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    expect([error.problem, error.status]).toEqual(['SignatureRefused', 401])
    return error.message
  }
}

describe('the test vectors (clients.md §8.4)', () => {
  const vectors = [
    {
      method: 'POST',
      target: '/v2.0/vpn/ikepolicies',
      body: '{"ikepolicy":{"name":"p1"}}',
      type: ['Content-Type', 'application/json'],
      names: 'accept;content-type;host;user-agent;x-sdk-date',
      canonical: 'f2496d52cb256479cd1a1cf92d899f744d5c737f4a11dfc0dc2b33710d9d7677',
      signature: '8d39c576ed3357e90284caa0d9c3533c98641f5d3c500bf9e7f6c76c4fc3ff1d',
    },
    {
      method: 'GET',
      target: '/v2.0/vpn/vpnservices?name=a%20b&admin_state_up=true',
      body: '',
      type: [],
      names: 'accept;host;user-agent;x-sdk-date',
      canonical: '7aeec4fdd953938d3490e243f173fb56b8bfee9d40b3a58729e7c4ba31c2c6ae',
      signature: '0c53e44196789dae6fb61241d6e12e8ee51cc54125fca2c7cca5278a8ea78bcf',
    },
  ]

  it.each(vectors)('$method $target', ({ method, target, body, type, names, canonical, signature }) => {
    const request = {
      method,
      target,
      body: Buffer.from(body),
      headers: [
        ...['Host', '127.0.0.1:9696', 'User-Agent', 'golangsdk/2.0.0', 'Accept', 'application/json', ...type],
        ...['X-Sdk-Date', '20261123T010203Z'],
        'Authorization',
        `SDK-HMAC-SHA256 Credential=AKEXAMPLE0001/20261123///sdk_request, SignedHeaders=${names}, Signature=${signature}`,
      ],
    }
    expect(canonicalRequests(request, 'scoped', names.split(';')).map(sha256)).toEqual([canonical])
    expect(judged(request)).toBe(true)
  })

  it('the example of the vendor’s guide to the form with Access', () => {
    const request = {
      method: 'GET',
      target: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
      body: new Uint8Array(),
      headers: [
        ...['Content-Type', 'application/json', 'Host', 'service.region.example.com'],
        ...['X-Sdk-Date', '20191115T033655Z'],
      ],
    }
    const names = ['content-type', 'host', 'x-sdk-date']
    expect(canonicalRequests(request, 'plain', names).map(sha256)).toEqual([
      'b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a',
    ])
  })
})

const forms = [
  { form: 'scoped' as const, sign: signScoped },
  { form: 'plain' as const, sign: signPlain },
]

const word = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/)
const anyText = fc.string({ unit: 'grapheme', maxLength: 12 })
const query = fc
  .uniqueArray(fc.tuple(fc.oneof(word, anyText), anyText), {
    maxLength: 5,
    selector: ([key]) => encodeURIComponent(key).toLowerCase(),
  })
  .map((pairs) => pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&'))
const anyRequest: fc.Arbitrary<Unsigned> = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE'),
    path: fc.array(fc.oneof(word, anyText.map(encodeURIComponent)), { minLength: 1, maxLength: 4 }),
    query,
    agent: fc.stringMatching(/^[!-~]{1,10}( {1,3}[!-~]{1,10}){0,2}$/),
    body: fc.option(fc.oneof(word, fc.json({ maxDepth: 2 }))),
  })
  .map(({ method, path, query, agent, body }) => ({
    method,
    target: `/${path.join('/')}${query === '' ? '' : `?${query}`}`,
    headers: { 'user-agent': agent, accept: 'application/json', 'x-language': 'en-us' },
    ...(method !== 'GET' && body !== null && { body }),
  }))
  // A path of dots is another path to a client already.
  .filter(({ target }) => new URL(`http://h${target}`).pathname === target.replace(/\?.*$/s, ''))
const anySigner: fc.Arbitrary<Signer> = fc.record({
  access: fc.stringMatching(/^[A-Z0-9]{1,20}$/),
  secret: fc.stringMatching(/^[A-Za-z0-9+/]{16,40}$/),
  region: fc.constantFrom('', 'eu-de'),
  service: fc.constantFrom('', 'vpn'),
})

describe.each(forms)('a request signed in the $form form', ({ sign }) => {
  it('is accepted, whatever it is', () => {
    fc.assert(
      fc.property(anyRequest, anySigner, (request, signer) => {
        expect(judged(sent(request, sign(signer, request, now)), signer)).toBe(true)
      }),
    )
  }, 30_000)

  it('is refused when a byte of it is another', () => {
    fc.assert(
      fc.property(
        anyRequest,
        anySigner,
        fc.nat(),
        fc.integer({ min: 0x21, max: 0x7e }),
        (request, signer, at, byte) => {
          const good = sent(request, sign(signer, request, now))
          const changed = withByte(good, at, byte)
          fc.pre(!meansTheSame(good, changed))
          expect(judged(changed, signer)).not.toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  }, 30_000)

  it('is refused when somebody else’s secret signed it', () => {
    const request = { method: 'GET', target: '/v2.0/vpn/ikepolicies' }
    expect(judged(sent(request, sign({ ...signer, secret: `${signer.secret}2` }, request, now)))).toBe(false)
  })

  it('is refused with a body or a query that came later', () => {
    const request = { method: 'POST', target: '/v2.0/vpn/ikepolicies?fields=id' }
    const headers = sign(signer, request, now)
    expect(judged(sent(request, headers))).toBe(true)
    expect(judged(sent({ ...request, body: '{}' }, headers))).toBe(false)
    expect(judged(sent({ ...request, target: `${request.target}&fields=name` }, headers))).toBe(false)
    expect(judged(sent({ ...request, target: '/v2.0/vpn/ikepolicies' }, headers))).toBe(false)
  })

  it('may have a hash of its body beside it, if it is the hash of what came', () => {
    const body = '{"ikepolicy":{}}'
    const request = { method: 'PUT', target: '/v2.0/vpn/ikepolicies/1', body }
    const hashed = (hash: string) => sign(signer, { ...request, headers: { 'x-sdk-content-sha256': hash } }, now)
    expect(judged(sent(request, hashed(sha256(Buffer.from(body)))))).toBe(true)
    expect(judged(sent({ ...request, body: '{"ikepolicy":[]}' }, hashed(sha256(Buffer.from(body)))))).toBe(false)
    expect(judged(sent(request, hashed('UNSIGNED-PAYLOAD')))).toBe(false)
    const { 'x-sdk-content-sha256': _, ...without } = hashed(sha256(Buffer.from(body)))
    expect(judged(sent(request, without))).toMatch('the signed header x-sdk-content-sha256 was not sent')
  })

  it('is accepted 15 minutes early and late, and not a second more', () => {
    const request = { method: 'GET', target: '/v2.0/vpn/ikepolicies' }
    const good = sent(request, sign(signer, request, now))
    for (const late of [-900_000, 0, 900_000]) expect(judged(good, signer, now + late)).toBe(true)
    for (const late of [-901_000, 901_000]) {
      expect(judged(good, signer, now + late)).toMatch(/its time 20261123T010203Z is more than 15 minutes from/)
    }
  })

  it.each([
    ['host', /the header host has to be signed/],
    ['x-sdk-date', /the header x-sdk-date has to be signed/],
    ['content-type', /the header content-type has to be signed/],
    ['x-subject-token', /the header x-subject-token has to be signed/],
  ])('is refused when %s is not signed', (name, reason) => {
    const request = { method: 'GET', target: '/', headers: { 'content-type': 'text/plain', 'x-subject-token': 't' } }
    const headers = sign(signer, request, now)
    const authorization = headers.authorization?.replace(new RegExp(`;${name}|${name};`), '') ?? ''
    expect(judged(sent(request, headers))).toBe(true)
    expect(judged(sent(request, { ...headers, authorization }))).toMatch(reason)
  })

  it('is refused when a signed header came twice, and when it is signed twice', () => {
    const request = { method: 'GET', target: '/' }
    const good = sent(request, sign(signer, request, now))
    const again = { ...good, headers: [...good.headers, 'Host', 'elsewhere.example.org'] }
    expect(judged(again)).toMatch('the signed header host was sent more than once')
    const named = good.headers.map((text) => text.replace('SignedHeaders=host', 'SignedHeaders=host;host'))
    expect(judged({ ...good, headers: named })).toMatch('the header host is named twice')
    const reordered = good.headers.map((text) => text.replace('host;x-sdk-date', 'x-sdk-date;host'))
    expect(judged({ ...good, headers: reordered })).toMatch('in lower case and in order')
    const twice = { ...good, headers: [...good.headers, 'Authorization', 'Basic b3RoZXI='] }
    expect(judged(twice)).toMatch('more than one Authorization header')
  })

  it('is refused with a security token, with a % that escapes nothing, and with another form', () => {
    const request = { method: 'GET', target: '/v2.0?name=100%' }
    const headers = sign(signer, { ...request, target: '/v2.0?name=100%25' }, now)
    expect(judged(sent(request, headers))).toMatch('a % that escapes nothing')
    expect(judged(sent(request, { ...headers, 'X-Security-Token': 'gQ' }))).toMatch('temporary access keys')
    for (const authorization of ['SDK-HMAC-SHA256', 'SDK-HMAC-SHA256 Signature=00']) {
      expect(judged(sent(request, { ...headers, authorization }))).toMatch('not of the form of SDK-HMAC-SHA256')
    }
  })

  it.each(['20261123', '20261323T010203Z', '20260631T010203Z', '20261123T250203Z', '2026-11-23T01:02:03Z', ''])(
    'is refused with the date "%s"',
    (date) => {
      const request = { method: 'GET', target: '/' }
      const headers = { ...sign(signer, request, now), 'x-sdk-date': date }
      expect(judged(sent(request, headers))).toMatch('X-Sdk-Date is no time')
    },
  )
})

it('is refused with another date in its credential', () => {
  const request = { method: 'GET', target: '/' }
  const headers = signScoped(signer, request, now)
  const authorization = headers.authorization?.replace('20261123', '20261124') ?? ''
  expect(judged(sent(request, { ...headers, authorization }))).toMatch('the dates in Credential and X-Sdk-Date differ')
})

describe('the query', () => {
  it('of a repeated key only the first value is signed in the scoped form, and every one in the plain form', () => {
    const request = { method: 'GET', target: '/v2.0/networks?fields=id&fields=name' }
    const other = { ...request, target: '/v2.0/networks?fields=id&fields=mtu' }
    const [scoped, plain] = [signScoped(signer, request, now), signPlain(signer, request, now)]
    expect([judged(sent(request, scoped)), judged(sent(other, scoped))]).toEqual([true, true])
    expect([judged(sent(request, plain)), judged(sent(other, plain))]).toEqual([true, false])
  })

  it('of a POST without a body is signed as if it were the body, every value of it', () => {
    const request = { method: 'POST', target: '/a?b=1+2&C=%2F&b=3' }
    const headers = signScoped(signer, request, now)
    expect(judged(sent(request, headers))).toBe(true)
    expect(judged(sent({ ...request, target: '/a?b=1+2&C=%2F&b=4' }, headers))).toBe(false)
    // A client that was given an empty body signs the query as usual.
    expect(judged(sent(request, signScoped(signer, { ...request, body: '' }, now)))).toBe(true)
  })
})

it('is signed for the host that the client called', () => {
  const request = { method: 'GET', target: '/' }
  const headers = signScoped(signer, request, now)
  expect(headers.host).toBe(clientHost)
  expect(judged(sent(request, { ...headers, host: 'other.example.org' }))).toBe(false)
  expect(sdkDate(now)).toBe('20261123T010203Z')
})

/** The same request with one byte changed: of method, target, a header's value, or the body. */
function withByte(request: SentRequest, at: number, byte: number): SentRequest {
  const parts = [request.method, request.target, ...request.headers, Buffer.from(request.body).toString('latin1')]
  const places = parts.flatMap((part, index) => [...part].map((_, offset) => ({ index, offset })))
  const isName = (index: number) => index > 1 && index < parts.length - 1 && index % 2 === 0
  const values = places.filter(({ index }) => !isName(index))
  const place = values[at % values.length]
  if (!place) throw new Error('there is no byte to change')
  const changed = parts.map((part, index) =>
    index === place.index
      ? part.slice(0, place.offset) + String.fromCharCode(byte) + part.slice(place.offset + 1)
      : part,
  )
  const [method = '', target = '', ...rest] = changed
  return { method, target, headers: rest.slice(0, -1), body: Buffer.from(rest.at(-1) ?? '', 'latin1') }
}

/** Nothing changed, or only the writing: digits of an escape in lower case, the order of what has none. */
function meansTheSame(one: SentRequest, other: SentRequest): boolean {
  return meaningOf(one) === meaningOf(other)
}

function meaningOf({ method, target, headers, body }: SentRequest): string {
  const upper = target.replace(/%[0-9A-Fa-f]{2}/g, (digits) => digits.toUpperCase())
  const [path = '', ...query] = upper.split('?')
  const readable = path.replace(/%([0-7][0-9A-F])/g, (_, digits: string) => String.fromCharCode(Number(`0x${digits}`)))
  return JSON.stringify([method, readable.replace(/\/$/, ''), query.join('?'), headers, [...body]])
}
