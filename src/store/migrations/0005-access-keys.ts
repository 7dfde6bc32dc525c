import { ofStatements } from './statements.ts'

/**
 * Keys that requests are signed with; they go with their user. A signature that a write came with is kept until its date
 * is too old to be accepted anyway, so that no write is done twice.
 */
export const accessKeys = ofStatements([
  `create table access_key (
    id text primary key,
    access text not null unique,
    user_id text not null references "user" (id) on delete cascade,
    project_id text,
    secret text not null,
    description text not null,
    status text not null,
    created_at text not null)`,
  `create index access_key_user_id on access_key (user_id)`,
  `create table used_signature (
    signature text primary key,
    expires_at text not null)`,
  `create index used_signature_expires_at on used_signature (expires_at)`,
])
