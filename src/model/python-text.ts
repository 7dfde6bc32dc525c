/**
 * Writes a JSON value the way the reference server's messages do: as Python's `str()`. Clients show these messages to
 * people and some match on them, so `null` is `None`, `true` is `True`, and only strings inside containers are quoted.
 */
export function pythonText(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepresentation(value, 0)
}

/** Hostile nesting must not turn an error message into a stack overflow. */
const deepest = 8

function pythonRepresentation(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object') return String(value)
  if (depth === deepest) return '...'
  const inner = (item: unknown) => pythonRepresentation(item, depth + 1)
  if (Array.isArray(value)) return `[${value.map(inner).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, item]) => `${quoted(key)}: ${inner(item)}`)
    .join(', ')}}`
}

function quoted(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
}
