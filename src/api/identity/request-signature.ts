import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../model/clock.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { Secret } from '../../model/secret.ts'
import { canonicalRequests, type Form, isWellEscaped, sha256 } from './canonical-request.ts'
import { headerNamesOf, type SentRequest, valuesOf } from './sent-request.ts'

/**
 * Requests signed with an access key and its secret, `SDK-HMAC-SHA256` (`clients.md` §8). Pure: who has the key and what
 * time it is are asked elsewhere.
 */
const algorithm = 'SDK-HMAC-SHA256'

/** How far the date of a request may be from our clock, in milliseconds, either way. */
export const clockToleranceMs = 15 * 60_000

/** What a request says about its signature. */
export interface Claim {
  readonly form: Form
  readonly access: string
  /** `<date>/<region>/<service>/sdk_request`; region and service may be empty. Absent in the plain form. */
  readonly scope: string | undefined
  /** `YYYYMMDDTHHMMSSZ`, and the time it means. */
  readonly date: string
  readonly at: Instant
  /** Names in lower case, in order. */
  readonly signedHeaders: readonly string[]
  /** 64 hexadecimal digits. */
  readonly signature: string
}

/** Whether a request says that it is signed. */
export function isSigned(request: Pick<SentRequest, 'headers'>): boolean {
  return valuesOf(request, 'authorization').some((value) => value === algorithm || value.startsWith(`${algorithm} `))
}

const token = '[!-+\\--~]' // a visible character but for the comma
const scoped = new RegExp(
  `^${algorithm} Credential=(${token}+), *SignedHeaders=(${token}+), *Signature=([0-9a-f]{64})$`,
)
const plain = new RegExp(`^${algorithm} Access=(${token}+), *SignedHeaders=(${token}+), *Signature=([0-9a-f]{64})$`)

/**
 * Reads what a signed request says, and sees to it that everything is signed that means something to the service, so that
 * none of it can be changed on the way. Needs no body.
 * @throws Problem 401 with the reason
 */
export function claimOf(request: Omit<SentRequest, 'body'>): Claim {
  const [authorization = '', ...others] = valuesOf(request, 'authorization')
  if (others.length > 0) throw refused('it has more than one Authorization header')
  if (valuesOf(request, 'x-security-token').length > 0) {
    throw refused('temporary access keys (X-Security-Token) are not supported; use a permanent one')
  }
  const form: Form = plain.test(authorization) ? 'plain' : 'scoped'
  const found = (form === 'plain' ? plain : scoped).exec(authorization)
  if (!found) throw refused('the Authorization header is not of the form of SDK-HMAC-SHA256')
  const [, credential = '', names = '', signature = ''] = found
  const signedHeaders = names.split(';')
  refuseUnsigned(request, signedHeaders)
  const [date = ''] = valuesOf(request, 'x-sdk-date')
  const at = timeOf(date)
  if (!isWellEscaped(request.target)) throw refused('its path or query has a % that escapes nothing')
  const { access, scope } = form === 'plain' ? { access: credential, scope: undefined } : inScope(credential, date)
  return { form, access, scope, date, at, signedHeaders, signature }
}

/** Headers that must be signed whenever they are sent, beside those that must be sent. */
const meaningful = ['content-type', 'x-auth-token', 'x-subject-token', 'x-sdk-content-sha256']
const required = ['host', 'x-sdk-date']

function refuseUnsigned(request: Omit<SentRequest, 'body'>, signed: readonly string[]): void {
  const [listed, usual] = [
    signed.join(';'),
    signed
      .map((name) => name.toLowerCase())
      .sort()
      .join(';'),
  ]
  if (listed !== usual) throw refused('SignedHeaders has to name the headers in lower case and in order')
  const sent = headerNamesOf(request)
  for (const name of [...required, ...meaningful.filter((each) => sent.includes(each))]) {
    if (!signed.includes(name)) throw refused(`the header ${name} has to be signed`)
  }
  for (const [index, name] of signed.entries()) {
    if (signed.indexOf(name) !== index) throw refused(`the header ${name} is named twice in SignedHeaders`)
    const { length } = valuesOf(request, name)
    // Of several values one would be signed, and another perhaps be read.
    if (length !== 1)
      throw refused(`the signed header ${name} was ${length === 0 ? 'not sent' : 'sent more than once'}`)
  }
}

function inScope(credential: string, date: string): { readonly access: string; readonly scope: string } {
  const [access = '', day, region, service, end, ...others] = credential.split('/')
  if (end !== 'sdk_request' || others.length > 0) {
    throw refused('Credential has to be <access key>/<date>/<region>/<service>/sdk_request')
  }
  if (day !== date.slice(0, 8)) throw refused('the dates in Credential and X-Sdk-Date differ')
  return { access, scope: `${day}/${region}/${service}/${end}` }
}

/** @throws Problem for what is no date, as a 31st of June. */
function timeOf(date: string): Instant {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const [year, month, day, hour, minute, second] = parts
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`
  const time = Date.parse(text)
  if (Number.isNaN(time) || new Date(time).toISOString() !== text) {
    throw refused('X-Sdk-Date is no time of the form YYYYMMDDTHHMMSSZ')
  }
  return time
}

/** @throws Problem 401 when the clocks are too far apart */
export function refuseOtherTime({ date, at }: Claim, now: Instant): void {
  if (Math.abs(now - at) <= clockToleranceMs) return
  const ours = new Date(Math.floor(now)).toISOString().replace(/[-:]|\.\d+/g, '')
  throw refused(`its time ${date} is more than 15 minutes from this server's, ${ours}; compare the clocks`)
}

/** Whether the request is the one that the owner of the secret signed, to the byte. */
export function isSignedWith(request: SentRequest, claim: Claim, secret: Secret): boolean {
  const given = Buffer.from(claim.signature, 'hex')
  const key = signingKey(claim, secret)
  const possible = canonicalRequests(request, claim.form, claim.signedHeaders)
  return possible.some((canonical) => timingSafeEqual(given, hmac(key, stringToSign(claim, canonical))))
}

function stringToSign({ date, scope }: Claim, canonical: string): string {
  return [algorithm, date, ...(scope === undefined ? [] : [scope]), sha256(canonical)].join('\n')
}

/** Blanks around a secret are not part of it: clients take them off. */
function signingKey({ scope }: Claim, secret: Secret): Buffer {
  const text = secret.reveal().trim()
  if (scope === undefined) return Buffer.from(text)
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`SDK${text}`))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'latin1').digest()
}

/** @param reason completes "the signature of the request was not accepted: …" */
export function refused(reason: string): Problem {
  return problem('SignatureRefused', { reason })
}
