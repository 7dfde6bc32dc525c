import { identityProblems } from './identity/problems.ts'
import { networkProblems } from './network-problems.ts'
import { badRequest, conflict, type Definition, notFound, refused } from './problem-definition.ts'
import { unofferedProblems } from './unoffered-problems.ts'

/**
 * Every expected refusal, once: its name here, the status, the reference's type and words, and the code that Open
 * Telekom Cloud gives it. Code throws the problem; only a profile knows what the body looks like. Anything thrown that is
 * not a Problem is a bug. Sources: specification `classic-api.md` §0.4, §2–§6, `semantics.md` §3.
 */
export const problems = {
  // the request as such
  PathInvalid: badRequest('The path of the request cannot be decoded'),
  BodyMissing: badRequest('Resource body required'),
  BodyNotJson: { status: 400, type: 'MalformedRequestBody', message: 'Malformed request body: {reason}.' },
  BodyInvalid: badRequest('Body contains invalid data'),
  BodyTooLarge: {
    status: 413,
    type: 'HTTPRequestEntityTooLarge',
    message: 'Request body is larger than {limit} bytes',
  },
  BodyNotSupported: badRequest('Request body is not supported in DELETE.'),
  WrapperMissing: badRequest("Unable to find '{resource}' in request body"),
  WrapperInvalid: badRequest("Object '{resource}' contains invalid data"),
  BulkNotSupported: badRequest('Bulk operation not supported'),
  OwnersDiffer: badRequest("'project_id' and 'tenant_id' do not match"),
  ForeignOwner: badRequest(
    "Specifying 'project_id' other than the authenticated project in request is not allowed for the current user.",
  ),
  UnknownAttributes: badRequest("Unrecognized attribute(s) '{attributes}'"),
  AttributeRequired: badRequest("Failed to parse request. Required attribute '{attribute}' not specified"),
  AttributeNotAllowed: badRequest("Attribute '{attribute}' not allowed in POST"),
  AttributeReadOnly: badRequest('Cannot update read-only attribute {attribute}'),
  AttributeInvalid: badRequest('Invalid input for {attribute}. Reason: {reason}.'),
  NotBoolean: refused('InvalidInput', "Invalid input for operation: '{value}' cannot be converted to boolean."),
  NotInteger: refused('InvalidInput', "Invalid input for operation: '{value}' is not an integer."),
  LimitInvalid: refused('BadRequest', "Bad limit request: Limit must be an integer 0 or greater and not '{value}'."),
  SortKeysUneven: badRequest('The number of sort_keys and sort_dirs must be same'),
  SortKeyInvalid: badRequest('{values} is invalid attribute for sort_keys'),
  SortDirectionInvalid: badRequest("{values} is invalid value for sort_dirs, valid value is 'asc' and 'desc'"),
  TimeInvalid: badRequest("'{value}' is no time for {name}: it is written as 2026-11-20 09:31:07, in UTC"),
  TimesReversed: badRequest('The time from {from} to {to} does not run forwards'),
  ResolutionInvalid: badRequest("'{value}' is no resolution; possible are {possible} seconds"),
  TrafficTooLong: badRequest(
    '{points} points are too many, {limit} are possible; ask for a shorter time or a coarser resolution',
  ),
  LogInInvalid: badRequest('Expecting to find a valid log-in: {reason}.'),
  LogInMethodNotOffered: badRequest("Logging in by '{method}' is not offered here; what is: '{offered}'."),
  Unauthorized: { status: 401, type: 'Unauthorized', message: 'The request you have made requires authentication.' },
  TooManyRequests: {
    status: 429,
    type: 'HTTPTooManyRequests',
    message: 'Too many requests. Retry after {retry_after_seconds} s.',
    code: 'VPN.0429',
  },
  LogInPaused: {
    status: 429,
    type: 'HTTPTooManyRequests',
    message: 'Too many log-ins. Retry after {retry_after_seconds} s.',
    code: 'VPN.0429',
  },
  SignatureRefused: {
    status: 401,
    type: 'Unauthorized',
    message: 'The request you have made requires authentication. Its signature was not accepted: {reason}.',
  },
  AccessKeyInvalid: badRequest('Invalid credential: {reason}.'),
  AccessKeysExceeded: badRequest('akSkNumExceed: user {user} has {limit} access keys already; delete one first.'),
  AccessKeyExists: conflict('Conflict', 'There is a credential with this access key already.'),
  AccessKeyNotFound: notFound('NotFound', 'Could not find credential: {id}.'),
  AccessKeyForeign: {
    status: 403,
    type: 'Forbidden',
    message: 'You are not authorized to perform the requested action: {permission}.',
  },
  AccessKeyUserNotFound: notFound('NotFound', 'Could not find user: {id}.'),
  PolicyNotAuthorized: {
    status: 403,
    type: 'PolicyNotAuthorized',
    message: 'rule:{permission} is disallowed by policy',
    code: 'VPC.1017',
  },
  ProjectForeign: {
    status: 403,
    type: 'PolicyNotAuthorized',
    message: 'The project in the path is not the one that the token is for.',
    code: 'VPC.1017',
  },
  NotFound: notFound('HTTPNotFound', 'The resource could not be found.'),
  MethodNotAllowed: {
    status: 405,
    type: 'HTTPMethodNotAllowed',
    message: 'The method {method} is not allowed for this resource.',
  },
  ExtensionNotFound: notFound('ExtensionNotFound', 'Extension with alias {alias} does not exist'),
  QuotaExceeded: conflict('OverQuota', "Quota exceeded for resources: ['{resource}'].", 'VPC.1003'),
  QuotaBelowUsage: badRequest(
    'Quota limit {limit} for {resource} must be greater than or equal to already used {used}',
  ),
  QuotaNotFound: notFound('TenantQuotaNotFound', 'Quota for tenant {id} could not be found.'),
  Internal: {
    status: 500,
    type: 'HTTPInternalServerError',
    message: 'Request Failed: internal server error while processing your request.',
    code: 'VPC.1002',
  },

  DatabaseUnavailable: {
    status: 503,
    type: 'ServiceUnavailable',
    message: 'The database does not answer at the moment; nothing is known to have changed. Try again.',
    code: 'VPC.1002',
  },

  IdentityUnavailable: {
    status: 503,
    type: 'ServiceUnavailable',
    message:
      'The identity service cannot tell at the moment whether the token is good; nothing was changed. Try again.',
    code: 'VPC.1002',
  },
  IdentityElsewhere: notFound('HTTPNotFound', 'Users and tokens are not kept here; log in at {url}.'),

  // VPN services
  VpnServiceNotFound: notFound('VPNServiceNotFound', 'VPNService {id} could not be found'),
  FlavorsNotOffered: notFound('FlavorsPluginNotLoaded', 'Flavors plugin not found'),
  VpnServiceInUse: conflict('VPNServiceInUse', 'VPNService {id} is still in use'),
  VpnServiceOnRouterExists: refused('VPNServiceExists', 'Router {router_id} already has a VPN service', 'VPC.1026'),
  ExternalAddressReserved: refused(
    'PolicyNotAuthorized',
    "Attribute 'external_v4_ip' may be set by an administrator only",
    'VPC.1017',
  ),
  ExternalAddressForeign: refused(
    'InvalidInput',
    'Address {address} is not an address of the external gateway of router {router_id}',
  ),
  RestartTooSoon: conflict(
    'VPNRestartTooSoon',
    'The last change of IPsec connection {id} is still being carried out; restart it afterwards',
  ),
  StateInvalidToUpdate: refused(
    'VPNStateInvalidToUpdate',
    'Invalid state {status} of vpnaas resource {id} for updating',
  ),

  // policies
  IkePolicyNotFound: notFound('IKEPolicyNotFound', 'IKEPolicy {id} could not be found'),
  IkePolicyInUse: conflict(
    'IKEPolicyInUse',
    "IKEPolicy {id} is in use by existing IPsecSiteConnection and can't be updated or deleted",
  ),
  IpsecPolicyNotFound: notFound('IPsecPolicyNotFound', 'IPsecPolicy {id} could not be found'),
  IpsecPolicyInUse: conflict(
    'IPsecPolicyInUse',
    "IPsecPolicy {id} is in use by existing IPsecSiteConnection and can't be updated or deleted",
  ),
  PolicyNotSupported: refused(
    'IpsecValidationFailure',
    "IPSec does not support {policy} attribute {attribute} with value '{value}'",
  ),

  // endpoint groups
  EndpointGroupNotFound: notFound('VPNEndpointGroupNotFound', 'Endpoint group {id} could not be found'),
  EndpointGroupInUse: conflict('EndpointGroupInUse', 'Endpoint group {id} is in use and cannot be deleted'),
  EndpointsMissing: refused('MissingEndpointForEndpointGroup', "No endpoints specified for endpoint group '{group}'"),
  EndpointInvalid: refused(
    'InvalidEndpointInEndpointGroup',
    "Endpoint '{endpoint}' is invalid for group type '{type}': {why}",
  ),
  EndpointSubnetUnknown: refused('NonExistingSubnetInEndpointGroup', 'Subnet {id} in endpoint group does not exist'),

  // connections
  ConnectionNotFound: notFound('IPsecSiteConnectionNotFound', 'ipsec_site_connection {id} not found'),
  PeerCidrsMissing: refused('MissingPeerCidrs', 'Missing peer CIDRs for IPsec site-to-site connection'),
  EndpointGroupsNotAllowed: refused(
    'InvalidEndpointGroup',
    'Endpoint group{s} {which} cannot be specified, when VPN Service has subnet specified',
  ),
  PeerCidrsNotAllowed: refused('PeerCidrsInvalid', 'Peer CIDRs cannot be specified, when using endpoint groups'),
  EndpointGroupsMissing: refused(
    'MissingRequiredEndpointGroup',
    'Missing endpoint group{s} {which} for IPSec site-to-site connection',
  ),
  EndpointGroupTypeWrong: refused(
    'WrongEndpointGroupType',
    "Endpoint group {id} type is '{type}' and should be '{expected}'",
  ),
  EndpointsMixIpVersions: refused(
    'MixedIPVersionsForIPSecEndpoints',
    'Endpoints in group {id} do not have the same IP version, as required for IPSec site-to-site connection',
  ),
  PeerCidrsMixIpVersions: refused(
    'MixedIPVersionsForPeerCidrs',
    'Peer CIDRs do not have the same IP version, as required for IPSec site-to-site connection',
  ),
  ConnectionMixesIpVersions: refused(
    'MixedIPVersionsForIPSecConnection',
    'IP versions are not compatible between peer and local endpoints',
  ),
  PeerCidrInvalid: refused(
    'IPsecSiteConnectionPeerCidrError',
    'ipsec_site_connection peer cidr {cidr} is invalid CIDR',
  ),
  DpdTimeoutTooShort: refused(
    'IPsecSiteConnectionDpdIntervalValueError',
    'ipsec_site_connection dpd_timeout is equal to or less than dpd_interval',
  ),
  MtuTooSmall: refused('IPsecSiteConnectionMtuError', 'ipsec_site_connection MTU {mtu} is too small for ipv{version}'),
  PeerAddressNotResolved: refused('VPNPeerAddressNotResolved', 'Peer address {peer_address} cannot be resolved'),
  ExternalNetworkHasNoSubnet: refused(
    'ExternalNetworkHasNoSubnet',
    "Router's {router_id} external network has no {version} subnet",
  ),
  PeerAddressInUse: refused(
    'PeerAddressInUse',
    'Peer address {peer_address} is already used by connection {id} of this VPN service',
    'VPC.1004',
  ),
  PeerOverlapsLocal: refused('PeerCidrOverlapsLocal', 'Peer subnet {peer} overlaps local subnet {local}', 'VPC.1016'),
  SubnetPairInUse: refused('SubnetPairInUse', 'Local and peer subnets are both used by connections {ids}', 'VPC.1018'),
  PeerCidrInUse: refused(
    'PeerCidrInUse',
    'Peer subnet {peer} overlaps peer subnet {other} of connection {id}',
    'VPC.1021',
  ),
  TagNotFound: notFound('TagNotFound', 'Tag {key} of connection {id} could not be found'),
  TooManyTags: refused('TooManyTags', 'Connection {id} would have {count} tags; it may have {limit}'),
  TooManySubnets: refused('TooManySubnets', 'Endpoint group {id} has {count} subnets; a side may have {limit}'),

  AuditEventNotFound: notFound('AuditEventNotFound', 'Audit event {id} could not be found.'),

  ...identityProblems,
  ...networkProblems,
  ...unofferedProblems,
} satisfies Record<string, Definition>

export type ProblemName = keyof typeof problems

/** A refusal on its way to the client. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly problem: ProblemName
  readonly status: number
  readonly type: string
  readonly code: string
  /** After which time it makes sense to ask again, where that is known. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    problem: ProblemName,
    message: string,
    definition: Definition,
    options?: ErrorOptions & { readonly retryAfterSeconds?: number | undefined },
  ) {
    super(message, options)
    this.retryAfterSeconds = options?.retryAfterSeconds
    this.problem = problem
    this.status = definition.status
    this.type = definition.type
    this.code = definition.code ?? 'VPC.1001'
  }
}

/**
 * Makes a problem of the catalogue, its words filled in: `problem('SubnetNotFound', { id })`. A value
 * `retry_after_seconds` is told to machines as well.
 */
export function problem(
  name: ProblemName,
  values: Readonly<Record<string, unknown>> = {},
  options?: ErrorOptions,
): Problem {
  const definition = problems[name]
  const message = definition.message.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? ''))
  const { retry_after_seconds: seconds } = values
  return new Problem(name, message, definition, {
    ...options,
    retryAfterSeconds: typeof seconds === 'number' ? seconds : undefined,
  })
}

/** Throws the first problem there is. The order of the arguments is the order of the contract's checks. */
export function refuseFirst(...found: readonly (Problem | undefined)[]): void {
  for (const each of found) if (each) throw each
}
