import type { TSchema } from 'typebox'
import type { Dialect } from './dialect.ts'
import type { OperationExample } from './example.ts'

/** What routes, documents, tests and command lines need to know of an operation, whatever it is about. */
export interface Described {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `:id` is the object's id. */
  readonly path: string
  /** Status of success; an answer of 204 has no body. */
  readonly answers: number
  /**
   * Name of the rule that may forbid it, as the reference's policy names it; `open`: nobody has to log in,
   * `authenticated`: whoever has logged in may.
   */
  readonly permission: string
  /** One plain sentence. */
  readonly summary: string
  /** Heading that documents list it under. */
  readonly group: string
  /** Words of a command line, its own: `vpn ike policy create`. Where the `openstack` client has it, the client's. */
  readonly command: string
  /** JSON Schema of the body; `undefined`: there is none. What has a `title` is a schema of its own in documents. */
  readonly request: ((dialect: Dialect) => TSchema) | undefined
  /** JSON Schema of the answer to success; `undefined`: no body. */
  readonly answer: ((dialect: Dialect) => TSchema) | undefined
  readonly example: (dialect: Dialect) => OperationExample
}
