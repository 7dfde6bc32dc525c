import type { Dialect, Feature } from '../model/dialect.ts'
import type { Problem } from '../model/problem.ts'

/** One flavour of the API as clients meet it: its dialect, and how it words a refusal. Plain data and two functions. */
export interface Profile extends Dialect {
  /** Name of its region in the catalog, and first part of its paths: `/otc/v2.0/…`. */
  readonly region: string
  readonly prefix: string
  /** Extensions it announces. */
  readonly extensions: readonly Extension[]
  readonly problem: Wording
  /** Parts of the API whose refusals have another form (`classic-api.md` §0.3). */
  readonly wordings?: Partial<Readonly<Record<Feature, Wording>>>
}

export type Wording = (problem: Problem, requestId: string) => { readonly status: number; readonly body: object }

export interface Extension {
  readonly alias: string
  readonly name: string
  readonly description: string
  readonly updated: string
}
