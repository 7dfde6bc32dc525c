import { conflict, type Definition, forbidden, notFound, refused } from './problem-definition.ts'

/** Refusals about networks, subnets, routers and ports, in the reference's types and words. */
export const networkProblems = {
  // networks and subnets
  ObjectTagNotFound: notFound('TagNotFound', 'Tag {tag} could not be found.'),
  TooManyObjectTags: refused('TooManyTags', 'It would have {count} tags; it may have {limit}.'),
  NetworkNotFound: notFound('NetworkNotFound', 'Network {id} could not be found.'),
  NetworkInUse: conflict(
    'NetworkInUse',
    'Unable to complete operation on network {id}. There are one or more ports still in use on the network.',
  ),
  ExternalNetworkInUse: conflict(
    'ExternalNetworkInUse',
    'External network {id} cannot be updated to be made non-external, since it has existing gateway ports.',
  ),
  NetworkSharedInUse: conflict(
    'InvalidSharedSetting',
    'Unable to reconfigure sharing settings for network {id}. Multiple tenants are using it.',
  ),
  // The beginnings are the reference's (ML2's type drivers); what is possible instead is ours.
  NetworkTypeNotSupported: refused(
    'InvalidInput',
    "Invalid input for operation: network_type value '{value}' not supported; provider:network_type can be {supported}.",
  ),
  ProviderAttributeProhibited: refused(
    'InvalidInput',
    'Invalid input for operation: {attribute} prohibited for {type} provider network; ' +
      'provider:{attribute} goes with provider:network_type {takers}.',
  ),
  PhysicalNetworkRequired: refused(
    'InvalidInput',
    'Invalid input for operation: physical_network required for {type} provider network; ' +
      'provider:physical_network can be {known}.',
  ),
  PhysicalNetworkUnknown: refused(
    'InvalidInput',
    "Invalid input for operation: physical_network '{value}' unknown for {type} provider network; " +
      'provider:physical_network can be {known}.',
  ),
  SegmentationIdRequired: refused(
    'InvalidInput',
    'Invalid input for operation: Physical network {physical_network} requires segmentation_id to be specified when ' +
      'creating a provider network; provider:segmentation_id can be {first} through {last}.',
  ),
  SegmentationIdOutOfRange: refused(
    'InvalidInput',
    'Invalid input for operation: segmentation_id out of range ({first} through {last}); ' +
      'provider:segmentation_id is {value}.',
  ),
  FlatNetworkInUse: conflict(
    'FlatNetworkInUse',
    'Unable to create the flat network. Physical network {physical_network} is in use. Network {id} is that network.',
  ),
  VlanIdInUse: conflict(
    'VlanIdInUse',
    'Unable to create the network. The VLAN {vlan_id} on physical network {physical_network} is in use. ' +
      'Network {id} is that VLAN.',
  ),
  HostRouterTaken: conflict(
    'HostRouterTaken',
    'Router {id} is this host already, and a host can be one router: network {network_id} takes no other gateway.',
  ),
  HostRouterElsewhere: refused(
    'InvalidInput',
    'Invalid input for operation: router {id} is this host itself, and network {network_id} is none of its own; its ' +
      "interfaces can be in networks with provider:physical_network '{host}'.",
  ),
  HostNetworkForeign: refused(
    'InvalidInput',
    'Invalid input for operation: network {network_id} is one that this host is in by itself, and only the router ' +
      "whose gateway has provider:physical_network '{host}' can be in it; router {id} is another.",
  ),
  PeerAroundHost: refused(
    'InvalidInput',
    'Invalid input for operation: peer network {cidr} reaches over {what}, which this router, being the host itself, ' +
      'needs outside of any tunnel; peer networks can be anything beside that.',
  ),
  SubnetNotFound: notFound('SubnetNotFound', 'Subnet {id} could not be found.'),
  SubnetInUse: conflict(
    'SubnetInUse',
    'Unable to complete operation on subnet {id}: One or more ports have an IP allocation from this subnet.',
  ),
  SubnetInUseByEndpointGroup: conflict('SubnetInUseByEndpointGroup', 'Subnet {id} is used by endpoint group {group}'),
  SubnetInUseByVpnService: conflict('SubnetInUseByVPNService', 'Subnet {id} is used by VPNService {service}'),
  SubnetInUseByConnection: conflict(
    'SubnetInUseByIPsecSiteConnection',
    'Subnet {id} is used by ipsec site connection {connection}',
  ),
  SubnetOverlaps: refused(
    'InvalidInput',
    'Invalid input for operation: Requested subnet with cidr: {cidr} for network: {network_id} overlaps with another subnet.',
  ),
  SubnetCidrVersion: refused(
    'InvalidInput',
    "Invalid input for operation: cidr '{cidr}' does not match the ip_version '{ip_version}'.",
  ),
  GatewayOutsideSubnet: refused(
    'InvalidInput',
    "Invalid input for operation: Gateway '{gateway_ip}' is not a host address of subnet '{cidr}'.",
  ),
  PoolOutsideSubnet: refused(
    'OutOfBoundsAllocationPool',
    'The allocation pool {start}-{end} spans beyond the subnet cidr {cidr}.',
  ),
  PoolInvalid: refused('InvalidAllocationPool', 'The allocation pool {start}-{end} is not valid.'),
  PoolsOverlap: conflict(
    'OverlappingAllocationPools',
    'Found overlapping allocation pools: {one} {other} for subnet {cidr}.',
  ),
  GatewayInPool: conflict(
    'GatewayConflictWithAllocationPools',
    'Gateway ip {gateway_ip} conflicts with allocation pool {start}-{end}.',
  ),
  GatewayInUse: conflict(
    'GatewayIpInUse',
    'Current gateway ip {gateway_ip} already in use by port {port_id}. Unable to update.',
  ),
  SubnetUnroutable: refused('InvalidInput', "Invalid input for operation: cidr '{cidr}' cannot be a subnet: {reason}."),

  // routers and ports
  RouterNotFound: notFound('RouterNotFound', 'Router {id} could not be found'),
  RouterNotExternal: refused('RouterIsNotExternal', 'Router {id} has no external network gateway set'),
  RouterInUse: conflict('RouterInUse', 'Router {id} is currently used by VPN service(s) ({services})'),
  RouterHasInterfaces: conflict('RouterInUse', 'Router {id} still has ports'),
  RouterInterfaceNotFound: notFound(
    'RouterInterfaceNotFoundForSubnet',
    'Router {id} has no interface on subnet {subnet_id}',
  ),
  RouterPortUnknown: notFound('RouterInterfaceNotFound', 'Router {id} does not have an interface with id {port_id}'),
  RouterInterfaceOverlaps: refused(
    'BadRequest',
    'Bad router request: Cidr {cidr} of subnet {subnet_id} overlaps with cidr {other_cidr} of subnet {other_id}.',
  ),
  RouterAlreadyOnSubnet: refused('BadRequest', 'Bad router request: Router already has a port on subnet {subnet_id}.'),
  SubnetHasNoGateway: refused('BadRequest', 'Bad router request: Subnet {subnet_id} must have a gateway IP.'),
  AddressInUse: conflict(
    'IpAddressInUse',
    'Unable to complete operation for network {network_id}. The IP address {address} is in use.',
  ),
  RouterInterfaceBothGiven: refused('BadRequest', 'Bad router request: Cannot specify both subnet-id and port-id.'),
  RouterInterfaceMismatch: refused(
    'SubnetMismatchForPort',
    'Subnet on port {port_id} does not match the requested subnet {subnet_id}.',
  ),
  RouterInterfaceOnExternal: refused(
    'BadRequest',
    'Bad router request: Subnet {subnet_id} is of the external network {network_id}; a router reaches it by its external gateway.',
  ),
  RouterInterfaceBodyInvalid: refused(
    'BadRequest',
    'Bad router request: Either subnet_id or port_id must be specified.',
  ),
  ExternalNetworkInvalid: refused('BadRequest', 'Bad router request: Network {id} is not an external network.'),
  AddressOutsideNetwork: refused(
    'InvalidIpForNetwork',
    'IP address {address} is not a valid IP for any of the subnets on the specified network.',
  ),
  AddressOutsideSubnet: refused(
    'InvalidIpForSubnet',
    'IP address {address} is not a valid IP for the specified subnet.',
  ),
  SubnetOfOtherNetwork: refused(
    'InvalidInput',
    'Invalid input for operation: Failed to create port on network {network_id}, because fixed_ips included invalid subnet {subnet_id}.',
  ),
  AddressesExhausted: conflict('IpAddressGenerationFailure', 'No more IP addresses available on network {network_id}.'),
  SubnetNotOnRouter: refused(
    'SubnetIsNotConnectedToRouter',
    'Subnet {subnet_id} is not connected to Router {router_id}',
  ),
  PortNotFound: notFound('PortNotFound', 'Port {id} could not be found.'),
  FixedIpsFilterInvalid: refused(
    'InvalidInput',
    "Invalid input for operation: '{value}' is no filter of fixed_ips; subnet_id=(id) and ip_address=(address) are.",
  ),
  PortInUse: conflict(
    'PortInUse',
    'Unable to complete operation on port {id} for network {network_id}. Port already has an attached device {device_id}.',
  ),
  PortOfRouter: conflict(
    'ServicePortInUse',
    'Port {id} cannot be deleted directly via the port API: has device owner {device_owner}.',
  ),
  PortsNotMade: forbidden(
    'OperationNotSupported',
    'Ports are made and removed by routers only: give a router an interface with PUT /v2.0/routers/(id)/add_router_interface.',
  ),
  PortsNotChanged: forbidden('OperationNotSupported', 'Port {id} is its router’s and cannot be changed; its tags can.'),
} satisfies Record<string, Definition>
