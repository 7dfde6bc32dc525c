import { type Static, Type } from 'typebox'

/**
 * Every setting: its key in the configuration file, its environment variable, what it is when nobody says, and why. The
 * environment wins over the file.
 */
export const Settings = Type.Object(
  {
    listen: Type.String({
      default: '127.0.0.1:9696',
      description: 'Address and port of the one listener. Loopback until told otherwise: tokens travel over it.',
    }),
    public_url: Type.Optional(
      Type.String({ description: 'Where clients reach us; otherwise what each request says in Host.' }),
    ),
    state_dir: Type.Optional(
      Type.String({
        description:
          'Database, master key, credentials, gateways. /var/lib/sallyport as root, else ~/.local/share/sallyport.',
      }),
    ),
    database_url: Type.Optional(
      Type.String({
        description:
          'sqlite:///path or postgres://user:password@host/name; otherwise sallyport.db in the state directory.',
      }),
    ),
    admin_password: Type.Optional(
      Type.String({ description: 'Password of admin; otherwise generated at the first start.' }),
    ),
    driver: Type.Union([Type.Literal('strongswan'), Type.Literal('simulated')], {
      default: 'strongswan',
      description: 'simulated makes no tunnels; it is for tests and for trying the API without root.',
    }),
    flavour: Type.Union([Type.Literal('otc'), Type.Literal('openstack')], {
      default: 'otc',
      description: 'What the bare root speaks; /otc and /openstack are always there.',
    }),
    otc_dpd_configurable: Type.Boolean({
      default: false,
      description: 'Open Telekom Cloud flavour: connections may configure dead peer detection.',
    }),
    otc_allow_aggressive: Type.Boolean({
      default: false,
      description: 'Open Telekom Cloud flavour: IKE policies may ask for the aggressive mode.',
    }),
    otc_mask_psk: Type.Boolean({
      default: false,
      description: 'Open Telekom Cloud flavour: answers show asterisks in place of pre-shared keys.',
    }),
    otc_quotas: Type.Optional(
      Type.String({
        description:
          'Open Telekom Cloud flavour: what a project may have, name=number separated by commas; -1 is any number. ' +
          'Of what is not named: vpnservice=2, ipsec_site_connection=12, and any number of the others.',
      }),
    ),
    openstack_no_sha1_no_3des: Type.Boolean({
      default: false,
      description: 'OpenStack flavour: SHA-1 and 3DES are not accepted, and the default is SHA-256.',
    }),
    openstack_quotas: Type.Optional(
      Type.String({ description: 'OpenStack flavour: as otc_quotas. Of what is not named: any number.' }),
    ),
    master_key_file: Type.Optional(
      Type.String({ description: 'Key that seals secrets at rest; otherwise master.key in the state directory.' }),
    ),
    physical_networks: Type.Record(
      Type.String(),
      // What the kernel takes for the name of a device.
      Type.String({ pattern: '^(?!\\.{1,2}$)[^\\s/:=,"\'#\\\\]{1,15}$' }),
      {
        default: {},
        description:
          'Bridges and interfaces of the host that flat and vlan networks may stand on: name to device; in the ' +
          'environment name=device, separated by commas.',
      },
    ),
    host_router: Type.Boolean({
      default: false,
      description:
        "Whether a router may be this host itself, with the host's own address: offers physical network host.",
    }),
    audit_retention_days: Type.Integer({
      default: 90,
      minimum: 0,
      maximum: 36_500,
      description: 'How long audit events are kept, in days; 0: for ever.',
    }),
    log_level: Type.Union(
      (['debug', 'info', 'warn', 'error'] as const).map((level) => Type.Literal(level)),
      { default: 'info', description: 'Least severe events that are logged.' },
    ),
  },
  { additionalProperties: false },
)

export type Settings = Static<typeof Settings>

/** `SALLYPORT_STATE_DIR` for `state_dir`. */
export function environmentName(key: string): string {
  return `SALLYPORT_${key.toUpperCase()}`
}
