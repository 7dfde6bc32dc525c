import { ofStatements } from './statements.ts'

/** How often each VPN object was changed: what was read of an object holds for as long as its count stays. */
export const changesCounted = ofStatements(
  ['vpnservice', 'ikepolicy', 'ipsecpolicy', 'endpoint_group', 'ipsec_site_connection'].map(
    (table) => `alter table ${table} add column revision_number integer not null default 0`,
  ),
)
