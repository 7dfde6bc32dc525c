import { ofStatements } from './statements.ts'

/** The record of writes. Lists go by project and time, or by time alone; the history of one object by its id. */
export const audit = ofStatements([
  `create table audit_event (
    id text primary key,
    tenant_id text not null,
    time text not null,
    request_id text not null,
    user_id text,
    user_name text,
    roles text not null,
    action text not null,
    resource_type text not null,
    resource_id text,
    outcome text not null,
    status integer not null,
    problem text,
    message text,
    source_address text not null,
    forwarded_for text,
    user_agent text,
    flavour text,
    changes text not null)`,
  `create index audit_event_time on audit_event (time)`,
  `create index audit_event_tenant_id on audit_event (tenant_id, time)`,
  `create index audit_event_resource_id on audit_event (resource_id, time)`,
])
