/**
 * What `load-conn` takes: the keys of swanctl.conf(5), 5.9.8, as far as a site-to-site gateway may need them. Attribute names are
 * charon's. These are type aliases, not interfaces, so that they can be sent as they are.
 *
 * Charon refuses unknown keys and discards the whole connection; a list given as a single value counts as an unknown key.
 */

/** Seconds, or text with a unit: `90`, `'90s'`, `'5m'`, `'4h'`, `'1d'`. 0 switches off. */
export type SwanTime = number | string

/** Bytes, or text with a unit: `'500m'`. 0 switches off. */
export type SwanBytes = number | string

export type SwanConnection = {
  /** 0 accepts both as responder and begins with IKEv2. */
  readonly version?: 0 | 1 | 2
  /** Addresses, ranges, names, `%any`. */
  readonly local_addrs?: readonly string[]
  /** Names are resolved at each initiation. Initiating to `%any` fails. */
  readonly remote_addrs?: readonly string[]
  readonly local_port?: number
  readonly remote_port?: number
  /** `aes256-sha256-modp2048`. Without a group or an integrity algorithm the connection is refused. */
  readonly proposals?: readonly string[]
  readonly vips?: readonly string[]
  readonly pools?: readonly string[]
  /** Ignored without a word for IKEv2. As responder also needs `i_dont_care_about_security_and_use_aggressive_mode_psk`. */
  readonly aggressive?: boolean
  readonly pull?: boolean
  readonly dscp?: string
  /** Force UDP encapsulation. */
  readonly encap?: boolean
  readonly mobike?: boolean
  readonly dpd_delay?: SwanTime
  /** IKEv1 only; in IKEv2 the daemon's retransmission settings decide. */
  readonly dpd_timeout?: SwanTime
  readonly fragmentation?: 'yes' | 'accept' | 'force' | 'no'
  readonly childless?: 'allow' | 'force' | 'never' | 'prefer'
  readonly send_certreq?: boolean
  readonly send_cert?: 'ifasked' | 'always' | 'never'
  /** 0 tries for ever. */
  readonly keyingtries?: number
  /** `no` and `never` differ: only `never` also ignores INITIAL_CONTACT. */
  readonly unique?: 'no' | 'never' | 'keep' | 'replace'
  readonly reauth_time?: SwanTime
  readonly rekey_time?: SwanTime
  /** How long after `rekey_time` the IKE_SA is closed when rekeying did not succeed. */
  readonly over_time?: SwanTime
  readonly rand_time?: SwanTime
  readonly if_id_in?: string
  readonly if_id_out?: string
  readonly local: SwanAuthentication
  readonly remote: SwanAuthentication
  /** By name. The order is not kept for names that are whole numbers. */
  readonly children: { readonly [name: string]: SwanChild }
}

export type SwanAuthentication = {
  readonly auth: 'psk' | 'pubkey' | (string & {})
  /**
   * An address, name, `user@name`, DN, `@#hex`, `keyid:…`, or `%any`. Of the type prefixes only those of text types take text:
   * `fqdn:`, `email:`, `keyid:`. `ipv4:203.0.113.1` means the four *bytes* "203." (seen: 50.48.51.46); write the bare address.
   * Printable ASCII only: charon answers "invalid value for: id" to anything else.
   */
  readonly id?: string
  readonly round?: number
  readonly certs?: readonly string[]
  readonly cacerts?: readonly string[]
  readonly revocation?: 'strict' | 'ifuri' | 'relaxed'
}

export type SwanChild = {
  /** In IKEv1 charon negotiates the first pair only, without a word: use one child per pair. */
  readonly local_ts?: readonly string[]
  readonly remote_ts?: readonly string[]
  /** `aes256gcm16-modp2048`. One without integrity algorithm loads, and fails only in negotiation. */
  readonly esp_proposals?: readonly string[]
  /** With both lists only ESP is negotiated. */
  readonly ah_proposals?: readonly string[]
  readonly mode?: 'tunnel' | 'transport' | 'transport_proxy' | 'beet' | 'pass' | 'drop'
  readonly start_action?: 'none' | 'trap' | 'start' | 'trap|start'
  /** `hold` is refused. */
  readonly dpd_action?: 'none' | 'clear' | 'trap' | 'restart'
  readonly close_action?: 'none' | 'trap' | 'start'
  readonly rekey_time?: SwanTime
  readonly life_time?: SwanTime
  readonly rand_time?: SwanTime
  readonly rekey_bytes?: SwanBytes
  readonly life_bytes?: SwanBytes
  readonly rand_bytes?: SwanBytes
  readonly rekey_packets?: number
  readonly life_packets?: number
  readonly rand_packets?: number
  readonly inactivity?: SwanTime
  readonly updown?: string
  readonly hostaccess?: boolean
  readonly policies?: boolean
  readonly policies_fwd_out?: boolean
  /** Lower wins; 0 lets charon compute it from the selectors. */
  readonly priority?: number
  readonly interface?: string
  readonly reqid?: number
  readonly if_id_in?: string
  readonly if_id_out?: string
  readonly mark_in?: string
  readonly mark_in_sa?: boolean
  readonly mark_out?: string
  readonly set_mark_in?: string
  readonly set_mark_out?: string
  readonly tfc_padding?: number | 'mtu'
  readonly replay_window?: number
  readonly hw_offload?: 'yes' | 'no' | 'auto'
  readonly copy_df?: boolean
  readonly copy_ecn?: boolean
  readonly copy_dscp?: 'out' | 'in' | 'yes' | 'no'
  readonly ipcomp?: boolean
  readonly sha256_96?: boolean
}
