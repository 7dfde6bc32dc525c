import type { Log, LogFields } from '../../src/model/log.ts'

export interface Logged {
  readonly level: keyof Log
  readonly fields: LogFields
  readonly event: string
}

/** A log that keeps what it is told, for tests that want to know. */
export class QuietLog implements Log {
  readonly lines: Logged[] = []

  debug(fields: LogFields, event: string): void {
    this.lines.push({ level: 'debug', fields, event })
  }
  info(fields: LogFields, event: string): void {
    this.lines.push({ level: 'info', fields, event })
  }
  warn(fields: LogFields, event: string): void {
    this.lines.push({ level: 'warn', fields, event })
  }
  error(fields: LogFields, event: string): void {
    this.lines.push({ level: 'error', fields, event })
  }
}
