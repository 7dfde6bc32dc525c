import type { OpenApiDocument } from '../../src/api/openapi/document.ts'

/** An operation as a document has it, with its place. */
export interface DocumentedOperation {
  readonly path: string
  readonly method: string
  readonly operationId?: string
  readonly summary?: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>
  readonly 'x-permission'?: string
  readonly 'x-cli'?: string
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

export function operationsIn({ paths }: OpenApiDocument): DocumentedOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ path, method, ...Object(operation) })),
  )
}

/** Every `$ref` in it. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inside]) =>
    key === '$ref' && typeof inside === 'string' ? [inside] : referencesIn(inside),
  )
}

/** A schema with what it refers to put in place. @throws Error for a reference to nothing. */
export function resolved(schema: unknown, document: OpenApiDocument): unknown {
  if (Array.isArray(schema)) return schema.map((each) => resolved(each, document))
  if (typeof schema !== 'object' || schema === null) return schema
  const reference: unknown = Reflect.get(schema, '$ref')
  if (typeof reference === 'string') {
    const found = document.components.schemas[reference.replace('#/components/schemas/', '')]
    if (!found) throw new Error(`${reference} refers to nothing`)
    return resolved(found, document)
  }
  return Object.fromEntries(Object.entries(schema).map(([key, inside]) => [key, resolved(inside, document)]))
}

/** Schema and example of a request or an answer in JSON. */
export function sampleOf(body: object): { readonly schema?: unknown; readonly example?: unknown } {
  return Object(Reflect.get(body, 'content'))['application/json'] ?? {}
}
