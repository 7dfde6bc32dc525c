import { type Definition, forbidden, notFound } from './problem-definition.ts'

/** Refusals about what the reference has and this service has not, in the reference's types and words. */
export const unofferedProblems = {
  NotOffered: forbidden('OperationNotSupported', 'Cannot create {one}: {many} are not offered here.'),
  AddressScopeNotFound: notFound('AddressScopeNotFound', 'Address scope {id} could not be found.'),
  AgentNotFound: notFound('AgentNotFound', 'Agent {id} could not be found.'),
  AvailabilityZoneNotFound: notFound('AvailabilityZoneNotFound', 'AvailabilityZone {id} could not be found.'),
  FlavorNotFound: notFound('FlavorNotFound', 'Flavor {id} could not be found.'),
  FloatingIpNotFound: notFound('FloatingIPNotFound', 'Floating IP {id} could not be found'),
  SecurityGroupNotFound: notFound('SecurityGroupNotFound', 'Security group {id} does not exist'),
  SecurityGroupRuleNotFound: notFound('SecurityGroupRuleNotFound', 'Security group rule {id} does not exist'),
  SegmentNotFound: notFound('SegmentNotFound', 'Segment {id} could not be found.'),
  SubnetPoolNotFound: notFound('SubnetPoolNotFound', 'Subnet pool {id} could not be found.'),
  TrunkNotFound: notFound('TrunkNotFound', 'Trunk {id} could not be found.'),
} satisfies Record<string, Definition>
