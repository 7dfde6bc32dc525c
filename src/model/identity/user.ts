import { exampleIds } from '../example-ids.ts'
import { text, textOrNull } from '../kinds.ts'
import { type Entity, resource } from '../resource.ts'
import { alwaysNull, description, enabled, identifier, links, options, password, uniqueName } from './kinds.ts'

/** Who logs in. */
export const User = resource({
  singular: 'user',
  plural: 'users',
  path: '/users',
  notFound: 'UserNotFound',
  description: 'A user: somebody, or some program, who logs in.',
  words: { one: 'a user', many: 'users', command: 'user' },
  example: {
    object: {
      id: exampleIds.user,
      name: 'maria',
      domain_id: 'default',
      default_project_id: exampleIds.own_project,
      description: 'Network engineer',
      email: 'maria@example.org',
      enabled: true,
      password: null,
      password_expires_at: null,
      options: {},
      links: { self: `http://127.0.0.1:9696/identity/v3/users/${exampleIds.user}` },
    },
    posts: ['name', 'domain_id', 'default_project_id', 'description', 'email'],
    puts: { description: 'Network engineer, north' },
  },
  attributes: {
    id: identifier(),
    name: uniqueName(255, 'in a domain'),
    domain_id: text({ max: 64 }).optional('').fixed().orNull().describe('Domain it is in; the caller’s unless given.'),
    default_project_id: textOrNull({ max: 64 })
      .optional(null)
      .describe('Project of log-ins that ask for none. It gives no role there.'),
    description: description(),
    email: textOrNull({ max: 255 }).optional(null).describe('Where to write to; the server never does.'),
    enabled: enabled('who is not cannot log in.'),
    password: password()
      .optional(null)
      .hidden()
      .describe('What to log in with; without one nobody logs in by password.'),
    password_expires_at: alwaysNull('Passwords do not expire.'),
    options: options(),
    links: links(),
  },
})

export type User = Entity<typeof User>
