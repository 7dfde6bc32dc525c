type Json = Readonly<Record<string, unknown>>

/** Schemas that have a title stand once in the document and are referred to by it. */
export class NamedSchemas {
  readonly #byTitle = new Map<string, Json>()

  /** The same schema with references in place of the titled ones. @throws Error when one title means two schemas. */
  refer(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((each) => this.refer(each))
    if (typeof schema !== 'object' || schema === null) return schema
    const inside = this.referInside(schema)
    const { title } = inside
    if (typeof title !== 'string') return inside
    this.#keep(title, inside)
    return { $ref: `${title}#` }
  }

  /** The schema itself as it is, with references inside. */
  referInside(schema: object): Json {
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => [key, isSample(key) ? value : this.refer(value)]),
    )
  }

  /** All of them, each with its title as `$id`. */
  all(): Json[] {
    return [...this.#byTitle].map(([$id, schema]) => ({ $id, ...schema }))
  }

  #keep(title: string, schema: Json): void {
    const known = this.#byTitle.get(title)
    if (known && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two schemas are called ${title}`)
    this.#byTitle.set(title, schema)
  }
}

/** Values in a schema, which are no schemas themselves. */
function isSample(key: string): boolean {
  return key === 'default' || key === 'enum' || key === 'examples' || key === 'required'
}
