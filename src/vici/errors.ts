/** Everything this folder throws on its own account. None of the texts carries a value that was sent: values may be secrets. */
export class ViciError extends Error {
  override name = 'ViciError'
}

/** What we were asked to send does not fit the wire format. Thrown before a single byte leaves. */
export class ViciEncodeError extends ViciError {
  override name = 'ViciEncodeError'
}

/** The other end sent bytes that are not VICI. `offset` counts bytes from the start of what was being decoded. */
export class ViciProtocolError extends ViciError {
  override name = 'ViciProtocolError'
  readonly what: string
  readonly offset: number

  constructor(what: string, offset: number) {
    super(`${what} (at byte ${offset})`)
    this.what = what
    this.offset = offset
  }
}

/**
 * No connection could be opened. A daemon that is just starting gives `ENOENT` (no socket file yet) and then
 * `ECONNREFUSED` (file there, not listening yet); both are worth another try.
 */
export class ViciConnectError extends ViciError {
  override name = 'ViciConnectError'
  readonly code: string | undefined

  constructor(message: string, code: string | undefined, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The connection ended before (or while) this was asked. `cause` says why, where more is known than "the peer hung up". */
export class ViciClosedError extends ViciError {
  override name = 'ViciClosedError'
}

/** Charon did not answer in time. Replies carry no ids, so the session was closed with it: open a new one. */
export class ViciTimeoutError extends ViciError {
  override name = 'ViciTimeoutError'
}

/** This charon has no such command (older version, or plugin not loaded). The session goes on. */
export class ViciUnknownCommand extends ViciError {
  override name = 'ViciUnknownCommand'
  readonly command: string

  constructor(command: string) {
    super(`charon does not know the command ${command}`)
    this.command = command
  }
}

/** This charon has no such event (5.9.8 and `alert`, for example). The session goes on. */
export class ViciUnknownEvent extends ViciError {
  override name = 'ViciUnknownEvent'
  readonly event: string

  constructor(event: string) {
    super(`charon does not know the event ${event}`)
    this.event = event
  }
}

/** Charon understood and refused: `success = no`. `errmsg` is charon's own text. */
export class ViciCommandError extends ViciError {
  override name = 'ViciCommandError'
  readonly command: string
  readonly errmsg: string

  constructor(command: string, errmsg: string) {
    super(`${command} refused: ${errmsg}`)
    this.command = command
    this.errmsg = errmsg
  }

  /** Whether the connection, child or SA in question does not exist. When removing things that is as good as success. */
  get isNotFound(): boolean {
    return /not found$|^no matching SAs|^no counters found/.test(this.errmsg)
  }
}
