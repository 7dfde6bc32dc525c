import { SerializerSelector } from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>

/**
 * Answers are written by a function made of their schema. It is made when a route answers for the first time: there are
 * some two hundred routes, of which a client uses a few, and making all of them was a seventh of the start (0.14 s).
 */
export const lazySerializer: NonNullable<CompilersFactory['buildSerializer']> = (externalSchemas, options) => {
  const compile = SerializerSelector()(externalSchemas, options)
  return (route) => {
    let serialize: ReturnType<typeof compile> | undefined
    return (data: unknown) => {
      serialize ??= compile(route)
      return serialize(data)
    }
  }
}
