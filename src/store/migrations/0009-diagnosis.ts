import { ofStatements } from './statements.ts'

/**
 * What is wrong with each connection, what happened to it, and how often its tunnels were to be made anew; the live SAs of
 * each gateway, when somebody last looked.
 */
export const diagnosis = ofStatements([
  `alter table ipsec_site_connection add column restarts integer not null default 0`,
  `create table connection_verdict (
    connection_id text primary key references ipsec_site_connection (id) on delete cascade,
    verdict text not null)`,
  `create table connection_event (
    id text primary key,
    tenant_id text not null,
    connection_id text not null references ipsec_site_connection (id) on delete cascade,
    time text not null,
    kind text not null,
    status text not null,
    code text,
    field text,
    message text not null)`,
  `create table tunnel_snapshot (
    router_id text primary key,
    observed_at text not null,
    tunnels text not null)`,
  `create index connection_event_connection_id on connection_event (connection_id, time)`,
])
