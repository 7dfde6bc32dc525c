import { integer, stringList, text } from './kinds.ts'

/** What networks, subnets, routers and ports have in common beside id, owner, name and description. */
export const standardAttributes = {
  tags: stringList().computed([]).describe('Words that somebody put on it.'),
  created_at: text().readOnly().describe('When it was made, in UTC.'),
  updated_at: text().readOnly().describe('When it was last changed, in UTC.'),
  revision_number: integer().readOnly().describe('Counts up with every change of it.'),
}

/** The longest tag, in characters, and how many an object may have: the reference's limits. */
export const longestTag = 60
export const mostTags = 50

export const standardExample = {
  tags: [],
  created_at: '2026-11-20T09:12:40Z',
  updated_at: '2026-11-20T09:12:40Z',
  revision_number: 1,
} as const
