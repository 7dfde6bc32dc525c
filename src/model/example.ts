import type { Dialect, Purpose } from './dialect.ts'
import { render } from './render.ts'
import { attributeIn, type Resource } from './resource.ts'

/** What is sent and what comes back, as one flavour spells it; `undefined`: no body. */
export interface OperationExample {
  readonly request: unknown
  readonly response: unknown
}

type JsonObject = Readonly<Record<string, unknown>>

/** What stands under the wrapper of a POST in the resource's example. */
export function createExample(resource: Resource, dialect: Dialect): JsonObject {
  return spelled(resource, resource.example.object, resource.example.posts, dialect)
}

/** What stands under the wrapper of a PUT. */
export function updateExample(resource: Resource, dialect: Dialect): JsonObject {
  const { puts } = resource.example
  return spelled(resource, puts, Object.keys(puts), dialect)
}

/** The object in an answer. */
export function answerExample(resource: Resource, dialect: Dialect, purpose: Purpose): JsonObject {
  const { object, atFirst, puts } = resource.example
  const changed: Readonly<Record<Purpose, object | undefined>> = {
    create: atFirst,
    update: puts,
    show: undefined,
    list: undefined,
  }
  // As an administrator sees it: everything there is.
  return render(resource, { ...object, ...changed[purpose] }, dialect, purpose, { isAdmin: true })
}

/** What the flavour does not know is left out. */
function spelled(resource: Resource, values: JsonObject, names: readonly string[], dialect: Dialect): JsonObject {
  return Object.fromEntries(
    names.flatMap((name) => {
      const attribute = attributeIn(resource, name, dialect)
      return attribute ? [[name, attribute.kind.render(values[name], dialect)]] : []
    }),
  )
}
