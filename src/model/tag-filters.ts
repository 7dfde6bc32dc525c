import type { BesideFilter, Companion } from './filter.ts'

/** How lists are filtered by tags: the reference's four ways. A value is several tags with commas between them. */

const withAny = (values: readonly string[]): Companion => ({
  table: 'object_tag',
  of: 'object_id',
  column: 'tag',
  values,
})
const withNone = (values: readonly string[]): Companion => ({ ...withAny(values), lacks: true })

function tagsIn(values: readonly string[]): string[] {
  return values.flatMap((value) => value.split(',')).filter((tag) => tag !== '')
}

/** Nothing but commas is as if not asked. */
function unlessEmpty(tags: readonly string[], read: (tags: readonly string[]) => Companion[][]): Companion[][] {
  return tags.length === 0 ? [] : read(tags)
}

export const tagFilters: Readonly<Record<string, BesideFilter>> = {
  tags: {
    description: 'Only those with all of these tags.',
    read: (values) => tagsIn(values).map((tag) => [withAny([tag])]),
  },
  'tags-any': {
    description: 'Only those with one of these tags.',
    read: (values) => unlessEmpty(tagsIn(values), (tags) => [[withAny(tags)]]),
  },
  'not-tags': {
    description: 'Only those without one of these tags.',
    read: (values) => unlessEmpty(tagsIn(values), (tags) => [tags.map((tag) => withNone([tag]))]),
  },
  'not-tags-any': {
    description: 'Only those without any of these tags.',
    read: (values) => unlessEmpty(tagsIn(values), (tags) => [[withNone(tags)]]),
  },
}
