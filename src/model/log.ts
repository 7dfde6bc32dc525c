/** What an event is about: ids, names, counts and durations. Never a secret, and never a whole resource that carries one. */
export type LogFields = Readonly<Record<string, unknown>>

/** Where events go. pino's call shape, so that its logger can be handed in as it is. */
export interface Log {
  debug(fields: LogFields, event: string): void
  info(fields: LogFields, event: string): void
  warn(fields: LogFields, event: string): void
  error(fields: LogFields, event: string): void
}
