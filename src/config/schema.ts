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
      Type.String({ description: 'sqlite:///path; otherwise sallyport.db in the state directory.' }),
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
    master_key_file: Type.Optional(
      Type.String({ description: 'Key that seals secrets at rest; otherwise master.key in the state directory.' }),
    ),
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
