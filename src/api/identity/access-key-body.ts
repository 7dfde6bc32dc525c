import type { KeyChanges, NewAccessKey } from '../../domain/access-keys.ts'
import { unkeepable } from '../../model/keepable.ts'
import { problem } from '../../model/problem.ts'
import { Secret } from '../../model/secret.ts'

/**
 * Bodies about access keys, in Keystone's form and in Open Telekom Cloud's. Nothing of them is repeated in a refusal: a
 * secret may be anywhere. What is not known is ignored, as Keystone does.
 */

/** @throws Problem */
export function decodeCredential(body: unknown): NewAccessKey {
  const credential = credentialIn(body)
  refuseOtherType(credential)
  return {
    userId: name(credential, 'user_id'),
    projectId: name(credential, 'project_id'),
    description: '',
    pair: pairOf(member(credential, 'blob')),
  }
}

/** @throws Problem */
export function decodeCredentialChange(body: unknown): KeyChanges & { readonly access?: string } {
  const credential = credentialIn(body)
  refuseOtherType(credential)
  const blob = member(credential, 'blob')
  return {
    ...(member(credential, 'project_id') !== undefined && { project_id: name(credential, 'project_id') ?? null }),
    ...(blob !== undefined && pairOf(blob)),
  }
}

/** @throws Problem */
export function decodeAccessKey(body: unknown): NewAccessKey {
  const credential = credentialIn(body)
  return {
    userId: name(credential, 'user_id'),
    projectId: undefined,
    description: descriptionOf(credential) ?? '',
    pair: undefined,
  }
}

/** @throws Problem */
export function decodeAccessKeyChange(body: unknown): KeyChanges {
  const credential = credentialIn(body)
  const status = member(credential, 'status')
  if (status !== undefined && status !== 'active' && status !== 'inactive') {
    throw bad("status has to be 'active' or 'inactive'")
  }
  const description = descriptionOf(credential)
  if (status === undefined && description === undefined) throw bad('status or description is missing')
  return { ...(status && { status }), ...(description !== undefined && { description }) }
}

function credentialIn(body: unknown): object {
  const credential = member(body, 'credential')
  if (typeof credential !== 'object' || credential === null || Array.isArray(credential)) {
    throw bad('credential is missing')
  }
  return credential
}

function refuseOtherType(credential: object): void {
  const type = member(credential, 'type')
  if (type !== undefined && type !== 'ec2') throw bad("type has to be 'ec2'")
}

/** The access key and secret of a blob: JSON in a text. */
function pairOf(blob: unknown): { readonly access: string; readonly secret: Secret } {
  const { access, secret } = Object(typeof blob === 'string' ? jsonOf(blob) : undefined)
  if (typeof access !== 'string' || !/^[A-Za-z0-9_-]{8,128}$/.test(access)) {
    throw bad("blob has to be a text of JSON with 'access', 8 to 128 letters, digits, '-' and '_'")
  }
  if (typeof secret !== 'string' || !/^[!-~]{16,128}$/.test(secret)) {
    throw bad("blob has to be a text of JSON with 'secret', 16 to 128 visible characters of ASCII")
  }
  return { access, secret: new Secret(secret) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw problem('AccessKeyInvalid', { reason: 'blob has to be a text of JSON' }, { cause })
  }
}

/** An empty one, as libraries send it for one that was not given, names nothing. */
function name(credential: object, key: string): string | undefined {
  const value = member(credential, key) ?? ''
  if (typeof value !== 'string' || value.length > 64 || unkeepable(value) !== undefined) throw bad(`${key} is no id`)
  return value === '' ? undefined : value
}

function descriptionOf(credential: object): string | undefined {
  const value = member(credential, 'description')
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string' || [...value].length > 255 || unkeepable(value) !== undefined) {
    throw bad('description has to be a text of at most 255 characters')
  }
  return value
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function bad(reason: string) {
  return problem('AccessKeyInvalid', { reason })
}
