import type { TSchema } from 'typebox'
import type { Dialect } from '../model/dialect.ts'
import type { Problem } from '../model/problem.ts'

/** One flavour of the API as clients meet it: its dialect, and how it words a refusal. Plain data and two functions. */
export interface Profile extends Dialect {
  /** Whose API it is, for people. */
  readonly title: string
  /** Name of its region in the catalog, and first part of its paths: `/otc/v2.0/…`. */
  readonly region: string
  readonly prefix: string
  /** Extensions it announces. */
  readonly extensions: readonly Extension[]
  /** JSON Schema of the body that `problem` makes. */
  readonly problemSchema: TSchema
  problem(problem: Problem, requestId: string): { readonly status: number; readonly body: object }
}

export interface Extension {
  readonly alias: string
  readonly name: string
  readonly description: string
  readonly updated: string
}
