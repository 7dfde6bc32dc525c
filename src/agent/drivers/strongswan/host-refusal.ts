/** The host is not such that a step could be done. Becomes a `StepRefused`. */
export class HostRefusal extends Error {
  override readonly name: string = 'HostRefusal'
}

/** Nothing could be done for any connection: not the fault of the one that was being worked on. */
export class DaemonMissing extends HostRefusal {
  override readonly name = 'DaemonMissing'
}
