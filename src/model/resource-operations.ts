import { type TSchema, Type } from 'typebox'
import type { Described } from './described.ts'
import type { Dialect, Purpose } from './dialect.ts'
import { answerExample, createExample, updateExample } from './example.ts'
import { lifetimeAsSent } from './lifetime.ts'
import { answerSchema } from './render.ts'
import { createSchema, updateSchema } from './request-schema.ts'
import type { Resource } from './resource.ts'
import { schemaName } from './schema-name.ts'

/** The five things that are done with a resource: how they are called, and what they take and answer. */
export type Verb = 'create' | 'list' | 'show' | 'update' | 'delete'

/** The `openstack` client's verbs. */
const verbs: Readonly<Record<Verb, string>> = {
  create: 'create',
  list: 'list',
  show: 'show',
  update: 'set',
  delete: 'delete',
}

export function wordsOf({ words }: Resource, does: Verb): Pick<Described, 'summary' | 'group' | 'command'> {
  const { one, many, command } = words
  const summaries: Readonly<Record<Verb, string>> = {
    create: `Create ${one}.`,
    list: `List the ${many} of the project.`,
    show: `Show ${one}.`,
    update: `Change ${one}.`,
    delete: `Delete ${one}.`,
  }
  return { summary: summaries[does], group: groupOf(many), command: `${command} ${verbs[does]}` }
}

export function groupOf(many: string): string {
  return many.slice(0, 1).toUpperCase() + many.slice(1)
}

/** The bodies of a resource's operations, each under its wrapper, and the example that fills them. */
export function bodiesOf(resource: Resource, does: Verb): Pick<Described, 'request' | 'answer' | 'example'> {
  const { singular, plural } = resource
  const wrapped = (schema: TSchema) => Type.Object({ [singular]: schema })
  const answer = (dialect: Dialect) => wrapped(answerSchema(resource, dialect))
  const shown = (dialect: Dialect, purpose: Purpose) => ({ [singular]: answerExample(resource, dialect, purpose) })
  const bodies: Readonly<Record<Verb, Pick<Described, 'request' | 'answer' | 'example'>>> = {
    create: {
      request: (dialect) => wrapped(createSchema(resource, dialect)),
      answer,
      example: (dialect) => ({
        request: { [singular]: createExample(resource, dialect) },
        response: shown(dialect, 'create'),
      }),
    },
    list: {
      request: undefined,
      answer: (dialect) => listAnswer(resource, dialect),
      example: (dialect) => ({
        request: undefined,
        response: { [plural]: [answerExample(resource, dialect, 'list')] },
      }),
    },
    show: {
      request: undefined,
      answer,
      example: (dialect) => ({ request: undefined, response: shown(dialect, 'show') }),
    },
    update: {
      request: (dialect) => wrapped(updateSchema(resource, dialect)),
      answer: (dialect) => wrapped(updateAnswer(resource, dialect)),
      example: (dialect) => ({
        request: { [singular]: updateExample(resource, dialect) },
        response: shown(dialect, 'update'),
      }),
    },
    delete: { request: undefined, answer: undefined, example: () => ({ request: undefined, response: undefined }) },
  }
  return bodies[does]
}

function updateAnswer(resource: Resource, dialect: Dialect): TSchema {
  const shown = answerSchema(resource, dialect)
  if (!dialect.quirks.echoesLifetime || !Object.hasOwn(shown.properties, 'lifetime')) return shown
  const properties = { ...shown.properties, lifetime: Type.Optional(lifetimeAsSent) }
  return Type.Object(properties, { title: `${schemaName(resource)}Changed` })
}

export function listAnswer(resource: Resource, dialect: Dialect): TSchema {
  const link = Type.Object({ rel: Type.String(), href: Type.String() }, { title: 'PageLink' })
  return Type.Object({
    [resource.plural]: Type.Array(answerSchema(resource, dialect)),
    [`${resource.plural}_links`]: Type.Optional(Type.Array(link, { description: 'Neighbouring pages, with `limit`.' })),
  })
}
