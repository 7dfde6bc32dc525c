import {
  addTags,
  dropTags,
  findTagged,
  listProjectTags,
  listTags,
  removeTag,
  type TaggedPath,
} from '../../domain/tags.ts'
import { canonicalUuid } from '../../model/kinds.ts'
import type { Call, Handler } from '../handlers.ts'
import { decodeOneTag, decodeTagSearch, decodeTagsAction } from './tag-body.ts'

/** The tag API: `/{project_id}/ipsec-site-connections/…`, without `/vpn` (`classic-api.md` §7). */
export const tags = {
  create: {
    writes: async (work, { params, body }) => {
      await addTags(work, pathOf(params), [decodeOneTag(body)])
      return undefined
    },
  },
  change: {
    writes: async (work, { params, body }) => {
      const asked = decodeTagsAction(body)
      if (asked.action === 'create') await addTags(work, pathOf(params), asked.tags)
      else await dropTags(work, pathOf(params), asked.keys)
      return undefined
    },
  },
  list: {
    reads: async (asking, { params }) => ({ tags: await listTags(asking, pathOf(params)) }),
  },
  delete: {
    writes: async (work, { params }) => {
      await removeTag(work, pathOf(params), params.key ?? '')
      return undefined
    },
  },
  listOfProject: {
    reads: async (asking, { params }) => ({ tags: await listProjectTags(asking, projectOf(params)) }),
  },
  search: {
    reads: async (asking, { params, body }) => {
      const { page, ...search } = decodeTagSearch(body)
      const found = await findTagged(asking, projectOf(params), search)
      if (!page) return { total_count: found.length }
      const resources = found.slice(page.offset, page.offset + page.limit).map(({ id, name, tags }) => ({
        resource_id: id,
        resource_name: name,
        resource_detail: null,
        tags,
      }))
      return { resources, total_count: found.length }
    },
  },
} satisfies Record<string, Handler>

function pathOf(params: Call['params']): TaggedPath {
  const { resource_id = '' } = params
  return { project: projectOf(params), connection: canonicalUuid(resource_id) ?? resource_id }
}

/** Projects are called by their digits alone, however a client wrote them. */
export function projectOf({ project_id = '' }: Call['params']): string {
  return canonicalUuid(project_id)?.replaceAll('-', '') ?? project_id
}
