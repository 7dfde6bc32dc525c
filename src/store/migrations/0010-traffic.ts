import { ofStatements } from './statements.ts'

/**
 * What went through the tunnels. Counters are decimal text: they grow beyond what every database calls an integer. A sample
 * holds the totals at the end of the time that begins at `at`, so that leaving samples out loses detail and no bytes.
 */
export const traffic = ofStatements([
  `create table traffic_total (
    connection_id text primary key references ipsec_site_connection (id) on delete cascade,
    bytes_in text not null,
    bytes_out text not null,
    packets_in text not null,
    packets_out text not null,
    pairs text not null,
    counted text not null,
    since text not null,
    counted_at text not null)`,
  `create table traffic_sample (
    connection_id text not null references ipsec_site_connection (id) on delete cascade,
    at text not null,
    resolution integer not null,
    bytes_in text not null,
    bytes_out text not null,
    packets_in text not null,
    packets_out text not null,
    primary key (connection_id, at))`,
  `create index traffic_sample_resolution on traffic_sample (resolution, at)`,
])
