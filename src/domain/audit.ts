import type { AuditEvent } from '../model/audit-event.ts'
import type { Clock } from '../model/clock.ts'
import type { Ids } from '../model/ids.ts'
import { timestamp } from '../model/time.ts'
import type { AuditChanges } from './audit-changes.ts'
import { boundedText } from './bounded-text.ts'

/** What was asked for and where it came from: all of an audit event that is known before anything is done. */
export interface Deed {
  /** Name of the operation. */
  readonly action: string
  readonly resourceType: string
  /** The object that the request names; absent: none. */
  readonly resourceId: string | undefined
  /** Status of the answer when all goes well. */
  readonly answers: number
  readonly origin: Origin
}

/** Where a request came from, as far as the service can know, in the client's words where it cannot. */
export interface Origin {
  readonly requestId: string
  /** Address of the other end of the connection. */
  readonly sourceAddress: string
  readonly forwardedFor: string | undefined
  readonly userAgent: string | undefined
  /** Absent: the identity API. */
  readonly flavour: string | undefined
}

/** Who did it: a caller, or somebody who tries to become one. */
export interface Doer {
  readonly userId?: string | undefined
  readonly userName?: string | undefined
  readonly projectId?: string | undefined
  readonly roles?: readonly string[]
}

/** What came of it. */
export type Result =
  | { readonly outcome: 'success'; readonly changes: AuditChanges }
  | {
      readonly outcome: 'refused' | 'failed'
      readonly status: number
      readonly problem: string
      readonly message: string
      readonly changes?: AuditChanges
    }

/** The longest that a client's text is kept, in characters. */
const longest = { name: 255, message: 1_000 }

/** @param object what the request was about, where that is known better than by the request: its project and id */
export function auditEvent(
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
  deed: Deed,
  who: Doer,
  result: Result,
  object: { readonly tenant?: string | undefined; readonly id?: string | undefined } = {},
): AuditEvent {
  const { origin } = deed
  const problem = result.outcome === 'success' ? undefined : result
  return {
    id: ids.uuid(),
    tenant_id: object.tenant ?? who.projectId ?? '',
    time: timestamp(clock.now()),
    request_id: origin.requestId,
    user_id: textOrNull(who.userId),
    user_name: textOrNull(who.userName),
    roles: who.roles ?? [],
    action: deed.action,
    resource_type: deed.resourceType,
    resource_id: textOrNull(object.id ?? deed.resourceId),
    outcome: result.outcome,
    status: problem?.status ?? deed.answers,
    problem: problem?.problem ?? null,
    message: textOrNull(problem?.message, longest.message),
    source_address: boundedText(origin.sourceAddress, longest.name),
    forwarded_for: textOrNull(origin.forwardedFor),
    user_agent: textOrNull(origin.userAgent),
    flavour: origin.flavour ?? null,
    changes: result.changes ?? {},
  }
}

function textOrNull(text: string | undefined, most = longest.name): string | null {
  return text === undefined ? null : boundedText(text, most)
}
