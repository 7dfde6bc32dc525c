import { CompiledQuery, type Kysely } from 'kysely'
import type { Tables } from './tables.ts'

/** A query under construction, as far as this file has to know it. */
interface Compilable {
  compile(): { readonly sql: string }
}

/**
 * A statement that is run over and over with other parameters: its text is made once for each kind of database, because
 * making it takes as long as running it.
 *
 * @param build makes it with any parameters, in the order in which they are given to the answer
 */
export function compiledOnce(build: (db: Kysely<Tables>) => Compilable) {
  const texts = new WeakMap<object, string>()
  return async <R>(db: Kysely<Tables>, parameters: readonly unknown[]): Promise<R[]> => {
    const { adapter } = db.getExecutor()
    const text = texts.get(adapter) ?? build(db).compile().sql
    texts.set(adapter, text)
    return (await db.executeQuery<R>(CompiledQuery.raw(text, [...parameters]))).rows
  }
}
