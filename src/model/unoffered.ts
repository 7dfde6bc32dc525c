import { exampleIds } from './example-ids.ts'
import { owner, text, uuid } from './kinds.ts'
import type { Operation } from './operations.ts'
import type { ProblemName } from './problem.ts'
import { type Resource, resource } from './resource.ts'
import { listAnswer, wordsOf } from './resource-operations.ts'

/**
 * What the reference has, clients ask for, and this service has not (`client-traffic.md` §3 and §11): lists that are
 * always empty, objects that are never found, and a sentence for whoever wants to make one.
 */
function unoffered(
  [singular, plural]: readonly [string, string],
  [one, many]: readonly [string, string],
  command: string,
  notFound: ProblemName,
): Resource {
  return resource({
    singular,
    plural,
    // Only availability zones are spelled with an underscore on the way.
    path: `/${plural === 'availability_zones' ? plural : plural.replaceAll('_', '-')}`,
    notFound,
    isAlwaysEmpty: true,
    description: `Always empty: ${many} are not offered. Clients ask for the list all the same.`,
    words: { one, many, command },
    example: { object: { id: exampleIds.nothing, tenant_id: exampleIds.project, name: '' }, posts: [], puts: {} },
    attributes: {
      id: uuid().readOnly(),
      tenant_id: owner().readOnly(),
      name: text({ max: 255 }).readOnly(''),
    },
  })
}

export const unofferedResources = {
  address_scope: unoffered(
    ['address_scope', 'address_scopes'],
    ['an address scope', 'address scopes'],
    'address scope',
    'AddressScopeNotFound',
  ),
  agent: unoffered(['agent', 'agents'], ['a network agent', 'network agents'], 'network agent', 'AgentNotFound'),
  availability_zone: unoffered(
    ['availability_zone', 'availability_zones'],
    ['an availability zone', 'availability zones'],
    'availability zone',
    'AvailabilityZoneNotFound',
  ),
  flavor: unoffered(['flavor', 'flavors'], ['a network flavor', 'network flavors'], 'network flavor', 'FlavorNotFound'),
  floatingip: unoffered(
    ['floatingip', 'floatingips'],
    ['a floating IP', 'floating IPs'],
    'floating ip',
    'FloatingIpNotFound',
  ),
  security_group: unoffered(
    ['security_group', 'security_groups'],
    ['a security group', 'security groups'],
    'security group',
    'SecurityGroupNotFound',
  ),
  security_group_rule: unoffered(
    ['security_group_rule', 'security_group_rules'],
    ['a security group rule', 'security group rules'],
    'security group rule',
    'SecurityGroupRuleNotFound',
  ),
  segment: unoffered(
    ['segment', 'segments'],
    ['a network segment', 'network segments'],
    'network segment',
    'SegmentNotFound',
  ),
  subnetpool: unoffered(
    ['subnetpool', 'subnetpools'],
    ['a subnet pool', 'subnet pools'],
    'subnet pool',
    'SubnetPoolNotFound',
  ),
  trunk: unoffered(['trunk', 'trunks'], ['a network trunk', 'network trunks'], 'network trunk', 'TrunkNotFound'),
} as const

type UnofferedName = keyof typeof unofferedResources

function listOf(singular: string, of: Resource): Operation {
  return {
    method: 'GET',
    path: of.path,
    resource: of,
    does: 'list',
    answers: 200,
    permission: `get_${singular}`,
    role: 'member',
    ...wordsOf(of, 'list'),
    request: undefined,
    answer: (dialect) => listAnswer(of, dialect),
    example: () => ({ request: undefined, response: { [of.plural]: [] } }),
  }
}

/** Their lists, which are all that can be asked for. */
export const unofferedOperations = Object.fromEntries(
  Object.entries(unofferedResources).map(([singular, each]) => [`list_${singular}`, listOf(singular, each)]),
) as { readonly [Name in `list_${UnofferedName}`]: Operation }
