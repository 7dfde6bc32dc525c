/**
 * The answer to a PUT with `lifetime.value` as the request had it: a text stays a text in this one answer, which tempest
 * compares with what it sent. Every other answer has the integer (`classic-api.md` §3.1).
 * @param shown the object of the answer, @param given that of the request, decoded without a problem
 */
export function withLifetimeAsSent(
  shown: Record<string, unknown>,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const sent = valueIn(given.lifetime)
  if (typeof sent !== 'string' || Number(sent) !== valueIn(shown.lifetime)) return shown
  return { ...shown, lifetime: { ...Object(shown.lifetime), value: sent } }
}

function valueIn(lifetime: unknown): unknown {
  return typeof lifetime === 'object' && lifetime !== null ? Reflect.get(lifetime, 'value') : undefined
}
