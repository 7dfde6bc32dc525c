/** The same JSON Schema, but no object may have a key that it does not name. */
export function strict(schema: unknown): object {
  return Object(closed(schema))
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inside = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, key === 'enum' || key === 'required' ? value : closed(value)]),
  )
  const isObject = 'properties' in inside && inside.type === 'object'
  return isObject ? { ...inside, additionalProperties: false } : inside
}
