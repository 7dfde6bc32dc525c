import { ofStatements } from './statements.ts'

/**
 * Identity, managed in full. An installation that has begun before has the one domain there was, and its first
 * administrator is made the administrator of it. `identity_revision` has one row, once anything was changed.
 */
export const identity = ofStatements([
  `create table domain (
    id text primary key,
    name text not null unique,
    description text not null,
    enabled integer not null)`,
  `insert into domain (id, name, description, enabled)
    select distinct domain_id, 'Default', '', 1 from "user" where domain_id = 'default'`,
  `create table domain_role_assignment (
    user_id text not null references "user" (id),
    domain_id text not null references domain (id),
    role_id text not null references role (id),
    primary key (user_id, domain_id, role_id))`,
  `insert into domain_role_assignment (user_id, domain_id, role_id)
    select distinct a.user_id, 'default', a.role_id
    from role_assignment a
    join role r on r.id = a.role_id and r.name = 'admin'
    join project p on p.id = a.project_id and p.name = 'admin' and p.domain_id = 'default'
    join "user" u on u.id = a.user_id and u.name = 'admin' and u.domain_id = 'default'`,
  `create index role_assignment_project_id on role_assignment (project_id)`,

  `alter table project add column tags text not null default '[]'`,
  `alter table "user" add column description text not null default ''`,
  `alter table "user" add column email text`,
  `alter table role add column description text not null default ''`,

  `create table application_credential (
    id text primary key,
    user_id text not null references "user" (id),
    project_id text not null references project (id),
    name text not null,
    description text not null,
    secret_hash text not null,
    roles text not null,
    expires_at text,
    unrestricted integer not null,
    unique (user_id, name))`,
  `create index application_credential_project_id on application_credential (project_id)`,

  `alter table token add column domain_id text references domain (id)`,
  `alter table token add column methods text not null default '["password"]'`,
  `alter table token add column application_credential_id text references application_credential (id)`,
  `create index token_user_id on token (user_id)`,
  `create index token_project_id on token (project_id)`,

  `create table region (
    id text primary key,
    description text not null,
    parent_region_id text)`,
  `create table service (
    id text primary key,
    type text not null,
    name text not null,
    description text not null,
    enabled integer not null)`,
  `create table endpoint (
    id text primary key,
    service_id text not null,
    region_id text,
    interface text not null,
    url text not null,
    enabled integer not null)`,

  `create table identity_revision (
    id integer primary key,
    revision integer not null)`,
])
