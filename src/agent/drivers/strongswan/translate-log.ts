/**
 * Charon's log lines that mean an attempt ended or went wrong. A silent peer and a wrong key in IKEv1 main mode raise no
 * event at all, so without these lines their end would be noticed an interval late.
 */
const endings = [
  /giving up after|peer not responding/,
  /establishing .* failed|failed to establish|rekeying failed/,
  /received [A-Z0-9_]+ (error )?notify/,
  /does not match|mismatched|decryption failed/,
  /unable to|aborted|can't install|error installing|protocol not supported|unsupported mode/,
  /no matching|no acceptable|unacceptable|no proposal found|no IKE config found|no peer config found/,
  /DPD check timed out/,
]

/** Lines that come before a child of an established tunnel gets new keys: as initiator, and as responder. */
const beginnings = /^establishing CHILD_SA |^inbound CHILD_SA .* established/

export function beginsNewKeys(text: string): boolean {
  return beginnings.test(text)
}

export function endsAnAttempt(text: string): boolean {
  return endings.some((ending) => ending.test(text))
}
