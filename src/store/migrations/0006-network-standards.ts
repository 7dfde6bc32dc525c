import { ofStatements } from './statements.ts'

const kinds = ['network', 'subnet', 'router', 'port'] as const

/** When a row that is older than these columns was made: what the record of writes says, as far back as it goes. */
const madeAt = (table: string) => `coalesce(
  (select min(substr(time, 1, 10) || 'T' || substr(time, 12, 8) || 'Z') from audit_event
    where audit_event.resource_id = ${table}.id and audit_event.outcome = 'success'),
  '1970-01-01T00:00:00Z')`

/** Times, revisions and tags of networks, subnets, routers and ports. Tags go with their object. */
export const networkStandards = ofStatements([
  ...kinds.flatMap((table) => [
    `alter table ${table} add column created_at text not null default ''`,
    `alter table ${table} add column updated_at text not null default ''`,
    `alter table ${table} add column revision_number integer not null default 1`,
    `update ${table} set created_at = ${madeAt(table)}`,
    `update ${table} set updated_at = created_at`,
  ]),
  `create table object_tag (
    object_id text not null,
    tag text not null,
    primary key (object_id, tag))`,
  `create index object_tag_tag on object_tag (tag)`,
])
