import { Type } from 'typebox'
import { json } from './kinds.ts'

/** A note of a client's on a connection: one value under each key (`classic-api.md` §7). */
export interface Tag {
  readonly key: string
  readonly value: string
}

/** The longest key and value, in characters, and how many tags, and values of one, a request may name. */
export const tagLimits = { key: 36, value: 43, atOnce: 10 } as const

/** The tags of an object as its answers show them: not those to POST and PUT. */
export function tags() {
  return json<readonly Tag[]>(Type.Array(Type.Object({ key: Type.String(), value: Type.String() })), () => [])
    .computed([])
    .shown('show', 'list')
}

/** A condition on the tags of an object: its value under the key is one of these. */
export interface TagCondition {
  readonly key: string
  /** None: any value. One that begins with `*` stands for all that end with the rest. */
  readonly values: readonly string[]
}

/** What a search asks for. All conditions hold of what is found. */
export interface TagSearch {
  readonly tags: readonly TagCondition[]
  /** Part of the name. */
  readonly name: string
}

/** Whether an object is one that was searched for. */
export function isSought(object: { readonly name: string; readonly tags: readonly Tag[] }, search: TagSearch): boolean {
  return (
    object.name.includes(search.name) &&
    search.tags.every(({ key, values }) =>
      object.tags.some((tag) => tag.key === key && (values.length === 0 || values.some((value) => fits(tag, value)))),
    )
  )
}

function fits(tag: Tag, pattern: string): boolean {
  return pattern.startsWith('*') ? tag.value.endsWith(pattern.slice(1)) : tag.value === pattern
}
