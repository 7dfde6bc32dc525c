import type { TSchema } from 'typebox'
import type { Dialect, Feature } from '../model/dialect.ts'
import type { Problem } from '../model/problem.ts'

/** One flavour of the API as clients meet it: its dialect, and how it words a refusal. Plain data and two functions. */
export interface Profile extends Dialect, Wording {
  /** Whose API it is, for people. */
  readonly title: string
  /** Name of its region in the catalog, and first part of its paths: `/otc/v2.0/…`. */
  readonly region: string
  readonly prefix: string
  /** Extensions it announces. */
  readonly extensions: readonly Extension[]
  /** Parts of the API whose refusals have another form (`classic-api.md` §0.3). */
  readonly wordings?: Partial<Readonly<Record<Feature, Wording>>>
}

/** The flavour, with the words of the part of the API that an operation belongs to. */
export function wordedFor({ feature }: { readonly feature?: Feature }, profile: Profile): Profile {
  return feature ? { ...profile, ...profile.wordings?.[feature] } : profile
}

/** What a refusal looks like. */
export interface Wording {
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
