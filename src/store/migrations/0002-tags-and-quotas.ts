import { ofStatements } from './statements.ts'

/** Tags of connections, which go with them, and the quotas that were set for single projects. */
export const tagsAndQuotas = ofStatements([
  `create table connection_tag (
    connection_id text not null references ipsec_site_connection (id) on delete cascade,
    key text not null,
    value text not null,
    primary key (connection_id, key))`,
  `create table quota (
    tenant_id text not null,
    resource text not null,
    maximum integer not null,
    primary key (tenant_id, resource))`,
])
