import { type Logger, pino, stdTimeFunctions } from 'pino'
import { Secret } from '../model/secret.ts'

/**
 * The log: one JSON object a line on standard error; `pretty` for a terminal. A log line is an event with fields; secrets
 * print as `[secret]` by their type, and headers that carry tokens are left out for good measure.
 */
export function createLog(options: { readonly level: string; readonly pretty: boolean }): Logger {
  return pino(
    {
      level: options.level,
      timestamp: stdTimeFunctions.isoTime,
      base: null,
      redact: { paths: ['*.psk', '*.password', '*.headers["x-auth-token"]', '*.headers["x-subject-token"]'] },
      serializers: { secret: (value: unknown) => (value instanceof Secret ? value.toJSON() : '[secret]') },
    },
    options.pretty ? prettyStandardError() : pino.destination({ fd: 2, sync: false }),
  )
}

function prettyStandardError() {
  return pino.transport({
    target: 'pino-pretty',
    options: { destination: 2, translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' },
  })
}
