import type { Described } from '../../model/described.ts'
import { descriptionOf } from '../../model/descriptions.ts'
import type { Dialect } from '../../model/dialect.ts'
import type { JsonSchema } from '../../model/json-schema.ts'
import type { Operation } from '../../model/operations.ts'
import { type HostOperation, outlyingOperations } from '../../model/outlying-operations.ts'
import { createSchema, updateSchema } from '../../model/request-schema.ts'
import { type AnyAttribute, attributeIn, type Resource } from '../../model/resource.ts'
import type { Profile } from '../profile.ts'
import { operationsOf } from '../v2/routes.ts'
import { refusalsOf } from './refusals.ts'

/** The reference of one flavour in Markdown: a table of attributes for each resource, and of operations. */
export function referenceOf(profile: Profile): string {
  const served = operationsOf(profile).map(([, operation]) => operation)
  const resources = [...new Set(served.map(({ resource }) => resource))]
  const outlying: HostOperation[] = Object.values(outlyingOperations)
  return `${[
    `# Reference: VPN API of ${profile.title}`,
    'Made from the definitions in `src/model` by `npm run docs`. A path is below the flavour’s prefix, ' +
      `\`${profile.prefix}\`, or the bare root where the root speaks this flavour; those of identity and health are below the root only.`,
    'In the columns POST and PUT (PATCH, in identity): **required**, optional, or – where it may not be given.',
    ...resources.flatMap((resource) => sectionOf(resource, served, profile)),
    ...[...new Set(outlying.map(({ group }) => group))].flatMap((group) =>
      hostSectionOf(
        group,
        outlying.filter((operation) => operation.group === group),
        profile,
      ),
    ),
  ].join('\n\n')}\n`
}

function sectionOf(resource: Resource, served: readonly Operation[], profile: Profile): string[] {
  const operations = served.filter((operation) => operation.resource === resource)
  return [
    `## ${operations[0]?.group ?? resource.words.many}`,
    resource.description,
    attributeTable(resource, profile),
    operationTable(operations, '/v2.0'),
  ]
}

/** What is below the root of the listener; with the attributes of the resource, where the group is about one. */
function hostSectionOf(group: string, operations: readonly HostOperation[], profile: Profile): string[] {
  const shows = operations.find((operation) => 'who' in operation && operation.does === 'show')
  const resource = shows && 'who' in shows ? shows.resource : undefined
  return [
    `## ${group}`,
    ...(resource ? [resource.description, attributeTable(resource, profile)] : []),
    operationTable(operations),
  ]
}

function attributeTable(resource: Resource, dialect: Dialect): string {
  const creates = createSchema(resource, dialect).properties
  const updates = updateSchema(resource, dialect).properties
  const rows = Object.keys(resource.attributes).flatMap((name): string[][] => {
    if (name === 'tenant_id') {
      return [...new Set([...dialect.owner.accepts, ...dialect.owner.shows])].map((key) => {
        return row(key, creates[key], {
          post: 'optional',
          put: '–',
          description: descriptionOf(resource, key, dialect),
        })
      })
    }
    const attribute = attributeIn(resource, name, dialect)
    if (!attribute) return []
    const { post, put } = mayGive(attribute)
    const schema = creates[name] ?? updates[name] ?? attribute.kind.schema
    return [row(name, schema, { post, put, description: descriptionOf(resource, name, dialect) })]
  })
  return table(['Attribute', 'Type', 'POST', 'PUT', 'Default', 'Limits', 'Meaning'], rows)
}

function mayGive({ inPost, inPut }: AnyAttribute): { readonly post: string; readonly put: string } {
  const words = { required: '**required**', optional: 'optional', refused: '–' }
  return { post: words[inPost], put: inPut === 'allowed' ? 'optional' : '–' }
}

function row(
  name: string,
  schema: JsonSchema | undefined,
  { post, put, description = '' }: { post: string; put: string; description: string | undefined },
): string[] {
  const json = schema ?? { type: 'string' }
  const initial = post === 'optional' && json.default !== undefined ? `\`${JSON.stringify(json.default)}\`` : ''
  return [`\`${name}\``, typeOf(json), post, put, initial, limitsOf(json), description]
}

/** `string`, `integer`, `array of string`, `string or null`. */
function typeOf(schema: JsonSchema): string {
  if (schema.anyOf?.some(({ type }) => type !== undefined)) return schema.anyOf.map(typeOf).join(' or ')
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeOf({ ...schema, type })).join(' or ')
  if (schema.type === 'array') return schema.items?.type ? `array of ${typeOf(schema.items)}` : 'array'
  if (schema.type === 'null') return 'null'
  return schema.format === 'uuid' ? 'UUID' : String(schema.type ?? 'any')
}

function limitsOf(schema: JsonSchema): string {
  const { minLength, maxLength, minimum, maximum, format } = schema
  if (schema.enum) return schema.enum.map((word) => `\`${JSON.stringify(word).replaceAll('"', '')}\``).join(', ')
  const formats = [format, ...(schema.anyOf ?? []).filter(({ type }) => type === undefined).map((each) => each.format)]
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => `\`${name}\`: ${limitsOf(member) || typeOf(member)}`,
  )
  return [
    ...range(minLength, maxLength, 'characters'),
    ...range(minimum, maximum, ''),
    formats.filter((each) => each !== undefined && each !== 'uuid').join(' or '),
    ...(schema.anyOf ?? []).filter(({ type }) => type !== undefined).map(limitsOf),
    ...members,
  ]
    .filter((limit) => limit !== '')
    .join('; ')
}

function range(least: number | undefined, most: number | undefined, unit: string): string[] {
  if (least === undefined && most === undefined) return []
  const text =
    most === undefined ? `at least ${least}` : least === undefined ? `at most ${most}` : `${least} to ${most}`
  return [unit === '' ? text : `${text} ${unit}`]
}

function operationTable(operations: readonly (Operation | HostOperation)[], base = ''): string {
  const cells = (operation: Described & (Operation | HostOperation)) => [
    `\`${operation.method} ${base}${operation.path.replace(/:(\w+)/g, '{$1}')}\``,
    operation.summary,
    `\`${operation.permission}\``,
    String(operation.answers),
    Object.keys(refusalsOf(operation)).join(', '),
    `\`${operation.command}\``,
  ]
  return table(['Operation', 'What it does', 'Permission', 'Success', 'Refusals', 'Command'], operations.map(cells))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
