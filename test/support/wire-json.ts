/**
 * JSON as it may stand on the wire, which is more than JavaScript can hold: a key twice, numbers past every type, texts
 * that are no JSON at all. And references to what is alive when the request is sent.
 */
export type Wire = null | boolean | number | string | readonly Wire[] | Fields | Raw | Reference

/** An object whose keys come in this order, also twice, also `__proto__`. */
export class Fields {
  readonly entries: readonly (readonly [string, Wire])[]

  constructor(entries: readonly (readonly [string, Wire])[]) {
    this.entries = entries
  }

  static of(record: Readonly<Record<string, Wire>>): Fields {
    return new Fields(Object.entries(record))
  }

  /** The same, with some keys replaced where they stand, or added. */
  with(changes: readonly (readonly [string, Wire])[]): Fields {
    const replaced = new Map(changes)
    const own = new Set(this.entries.map(([key]) => key))
    return new Fields([
      ...this.entries.map(([key, value]) => [key, replaced.get(key) ?? value] as const),
      ...changes.filter(([key]) => !own.has(key)),
    ])
  }

  without(key: string): Fields {
    return new Fields(this.entries.filter(([each]) => each !== key))
  }
}

/** These very characters. */
export class Raw {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** The id of one of the living objects of a kind, spelled in one of the ways a UUID may be. */
export class Reference {
  readonly singular: string
  readonly index: number
  readonly spell: (id: string) => string

  constructor(singular: string, index: number, spell: (id: string) => string = (id) => id) {
    this.singular = singular
    this.index = index
    this.spell = spell
  }
}

/** @param idOf the id of the nth living object of a kind; there need not be any */
export function wireText(value: Wire, idOf: (singular: string, index: number) => string): string {
  if (value instanceof Raw) return value.text
  if (value instanceof Reference) return JSON.stringify(value.spell(idOf(value.singular, value.index)))
  if (value instanceof Fields) {
    return `{${value.entries.map(([key, inner]) => `${JSON.stringify(key)}:${wireText(inner, idOf)}`).join()}}`
  }
  if (Array.isArray(value)) return `[${value.map((inner: Wire) => wireText(inner, idOf)).join()}]`
  return JSON.stringify(value)
}
