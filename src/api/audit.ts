import type { FastifyRequest } from 'fastify'
import { auditEvent, type Deed } from '../domain/audit.ts'
import type { World } from '../domain/ports.ts'
import type { Refusals } from '../domain/refusals.ts'
import { doerOf } from '../domain/tokens.ts'
import { canonicalUuid } from '../model/kinds.ts'
import type { Problem } from '../model/problem.ts'
import { recordableMessage } from './audit-message.ts'
import './request-context.ts'

/** What a route says of itself so that requests to it are recorded. */
export interface Audited {
  readonly action: string
  readonly resourceType: string
  /** Status of success. */
  readonly answers: number
  /** Ids in its path are kept as they are written: those of identity are 32 digits, which are no UUID for all that. */
  readonly keepsIds?: true
}

/** What a request asks to be done and where it comes from. @throws Error when its route is none that writes. */
export function deedOf(request: FastifyRequest): Deed {
  const { audited, profile } = request.routeOptions.config
  if (!audited) throw new Error(`${request.routeOptions.url} is not audited`)
  const { action, resourceType, answers } = audited
  return {
    action,
    resourceType,
    answers,
    resourceId: objectOf(request).id,
    origin: {
      requestId: request.id,
      // A socket that listens for IPv6 writes an IPv4 address in its own way.
      sourceAddress: request.ip.replace(/^::ffff:(?=\d+\.)/, ''),
      forwardedFor: headerOf(request, 'x-forwarded-for') ?? headerOf(request, 'forwarded'),
      userAgent: headerOf(request, 'user-agent'),
      flavour: profile?.name,
    },
  }
}

/** Names of the part of a path that is the object's id, the likeliest first. */
const idNames = ['id', 'resource_id']

/** The object that a path names, and what else is variable in the path. */
export function objectOf({ params, routeOptions }: FastifyRequest): {
  readonly id: string | undefined
  readonly others: Readonly<Record<string, string>>
} {
  const parts = Object.entries((params ?? {}) as Readonly<Record<string, string>>)
  const named = idNames.flatMap((name) => parts.filter((part) => part[0] === name))[0] ?? parts[0]
  return {
    id: named && (routeOptions.config.audited?.keepsIds ? named[1] : (canonicalUuid(named[1]) ?? named[1])),
    others: Object.fromEntries(parts.filter((part) => part !== named)),
  }
}

/**
 * Records that a write was refused or failed. Requests of nobody in particular (no good token) are not recorded, nor those
 * that were not looked at because there were too many: the former would let anybody write, the latter keep out the rest.
 */
export function noteRefusal(
  refusals: Refusals,
  world: Pick<World, 'clock' | 'ids'>,
  request: FastifyRequest,
  found: Problem,
): void {
  const who = request.facts ? doerOf(request.facts) : request.claimant
  const { audited, profile } = request.routeOptions.config
  if (!audited || !who || found.status === 429) return
  refusals.note(() =>
    auditEvent(world, deedOf(request), who, {
      outcome: found.status >= 500 ? 'failed' : 'refused',
      status: profile?.problem(found, request.id).status ?? found.status,
      problem: found.type,
      message: recordableMessage(found, request.body),
    }),
  )
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : undefined
}
