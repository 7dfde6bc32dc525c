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
import { projectIn } from './project.ts'
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
    reads: async (asking, { params }) => ({ tags: await listProjectTags(asking, projectIn(params.project_id)) }),
  },
  search: {
    reads: async (asking, { params, body }) => {
      const { page, ...search } = decodeTagSearch(body)
      const found = await findTagged(asking, projectIn(params.project_id), search)
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
  return { project: projectIn(params.project_id), connection: canonicalUuid(resource_id) ?? resource_id }
}
