import { type Static, Type } from 'typebox'

/** The addresses of this host that nobody else has. */
export const thisHost = '127.0.0.0/8, ::1'

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
    tls_certificate_file: Type.Optional(
      Type.String({
        description:
          'Certificate in PEM, with the chain behind it: the listener speaks HTTPS. Read again when it changes.',
      }),
    ),
    tls_key_file: Type.Optional(
      Type.String({ description: 'The key of the certificate in PEM, without a passphrase, not for others to read.' }),
    ),
    tls_ca_file: Type.Optional(
      Type.String({
        description:
          'Whom clients have to trust, for clouds.yaml and openrc; otherwise the certificate where it vouches for itself.',
      }),
    ),
    tls_min_version: Type.Union([Type.Literal('TLSv1.2'), Type.Literal('TLSv1.3')], {
      default: 'TLSv1.2',
      description: 'The oldest version of TLS that is spoken.',
    }),
    allow_plain_http: Type.Boolean({
      default: false,
      description: 'Listens beyond loopback without TLS: for a proxy on another host that speaks TLS to the clients.',
    }),
    trusted_proxies: Type.String({
      default: thisHost,
      description:
        'Addresses and networks of the proxies whose X-Forwarded-For, -Proto and -Host are believed; none: nobody’s.',
    }),
    rate_limit_per_minute: Type.Integer({
      default: 6_000,
      minimum: 0,
      maximum: 100_000_000,
      description: 'Requests of a project, and of an address without a good token, that are answered; 0: any number.',
    }),
    rate_limit_burst: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100_000_000,
        description: 'How many of them at once; otherwise those of a minute.',
      }),
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
    identity_mode: Type.Union([Type.Literal('builtin'), Type.Literal('keystone')], {
      default: 'builtin',
      description: 'keystone: users, projects and tokens are those of an existing Keystone.',
    }),
    identity_url: Type.Optional(
      Type.String({ description: 'Keystone: its address, as https://keystone.example.org:5000/v3.' }),
    ),
    identity_username: Type.Optional(
      Type.String({ description: 'Keystone: the user by which the service validates tokens.' }),
    ),
    identity_password: Type.Optional(Type.String({ description: 'Keystone: password of that user.' })),
    identity_password_file: Type.Optional(
      Type.String({ description: 'Keystone: file with that password, not readable by others.' }),
    ),
    identity_user_domain: Type.Optional(
      Type.String({ description: 'Keystone: name of the domain of that user; Default unless set.' }),
    ),
    identity_project: Type.Optional(
      Type.String({ description: 'Keystone: project in which that user has its role; service unless set.' }),
    ),
    identity_project_domain: Type.Optional(
      Type.String({ description: 'Keystone: name of the domain of that project; Default unless set.' }),
    ),
    identity_region: Type.Optional(
      Type.String({
        description: 'Keystone: region that is written into clouds.yaml and openrc; RegionOne unless set.',
      }),
    ),
    identity_cache_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 60,
        description:
          'Keystone: how long a good token is not asked about again, and so how late a revocation may be noticed; 60 unless set.',
      }),
    ),
    identity_timeout_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60,
        description: 'Keystone: how long an answer is waited for, before the request is answered 503; 5 unless set.',
      }),
    ),
    identity_ca_file: Type.Optional(
      Type.String({
        description: 'Keystone: certificates (PEM) of the authorities to trust instead of the usual ones.',
      }),
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
    metrics_token_file: Type.Optional(
      Type.String({
        description:
          'File with the token that whoever reads /metrics has to show; otherwise they are for this host only.',
      }),
    ),
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
