import { ownNetwork, showNetwork } from '../../domain/networks.ts'
import { addTag, dropTag, refuseAbsent, replaceTags } from '../../domain/object-tags.ts'
import type { Asking, Work } from '../../domain/ports.ts'
import { ownPort, showPort } from '../../domain/router-ports.ts'
import { showRouter } from '../../domain/routers.ts'
import { ownSubnet, showSubnet } from '../../domain/subnets.ts'
import { unkeepable } from '../../model/keepable.ts'
import { canonicalUuid } from '../../model/kinds.ts'
import { Network } from '../../model/network.ts'
import { Port } from '../../model/port.ts'
import { problem } from '../../model/problem.ts'
import { pythonText } from '../../model/python-text.ts'
import type { Resource } from '../../model/resource.ts'
import { Router } from '../../model/router.ts'
import { longestTag } from '../../model/standard-attributes.ts'
import { Subnet } from '../../model/subnet.ts'
import type { Call, Handler } from '../handlers.ts'

/** Tags of networks, subnets, routers and ports: `/networks/{id}/tags` and `/networks/{id}/tags/{tag}`. */

interface Tagged {
  readonly id: string
  readonly tags: readonly string[]
}

/** Who sees an object sees its tags; who may change it changes them. */
function tagsOf(
  resource: Resource,
  see: (asking: Asking, id: string) => Promise<Tagged>,
  own: (work: Work, id: string, permission: string) => Promise<unknown> = see,
) {
  const seen = (asking: Asking, params: Call['params']) => see(asking, idOf(params))
  const owned = async (work: Work, params: Call['params'], doing: 'update' | 'delete') => {
    await own(work, idOf(params), `${doing}_${resource.plural}_tags`)
    return seen(work, params)
  }
  return {
    list: { reads: async (asking, { params }) => ({ tags: (await seen(asking, params)).tags }) },
    replace: {
      decodes: ({ params, body }) => {
        const tags = tagsIn(body)
        return async (work) => ({
          tags: await replaceTags(work, resource, await owned(work, params, 'update'), tags),
        })
      },
    },
    clear: {
      writes: async (work, { params }) => {
        await replaceTags(work, resource, await owned(work, params, 'delete'), [])
        return undefined
      },
    },
    show: {
      reads: async (asking, { params }) => {
        refuseAbsent(await seen(asking, params), params.tag ?? '')
        return undefined
      },
    },
    add: {
      decodes: ({ params }) => {
        const tag = decodeTag(params.tag)
        return async (work) => {
          await addTag(work, resource, await owned(work, params, 'update'), tag)
          return undefined
        }
      },
    },
    remove: {
      writes: async (work, { params }) => {
        await dropTag(work, resource, await owned(work, params, 'delete'), params.tag ?? '')
        return undefined
      },
    },
  } satisfies Record<string, Handler>
}

export const objectTags = {
  network: tagsOf(Network, showNetwork, ownNetwork),
  subnet: tagsOf(Subnet, showSubnet, ownSubnet),
  router: tagsOf(Router, showRouter),
  port: tagsOf(Port, showPort, ownPort),
}

function idOf({ id = '' }: Call['params']): string {
  return canonicalUuid(id) ?? id
}

/** @throws Problem */
function tagsIn(body: unknown): string[] {
  if (body === undefined || body === null) throw problem('BodyMissing')
  if (typeof body !== 'object' || Array.isArray(body)) throw problem('BodyInvalid')
  const unknown = Object.keys(body).filter((key) => key !== 'tags')
  if (unknown.length > 0) throw problem('UnknownAttributes', { attributes: unknown.join(', ') })
  const given: unknown = Reflect.get(body, 'tags')
  if (given === undefined) throw problem('AttributeRequired', { attribute: 'tags' })
  if (!Array.isArray(given)) throw invalid(`'${pythonText(given)}' is not a list`)
  const tags = given.map(decodeTag)
  const repeated = tags.find((tag, index) => tags.indexOf(tag) < index)
  if (repeated !== undefined) throw invalid(`Duplicate items in the list: '${repeated}'`)
  return tags
}

/** A comma separates tags in the query of a list, so that no tag could be found that has one. */
function decodeTag(value: unknown): string {
  if (typeof value !== 'string') throw invalid(`'${pythonText(value)}' is not a valid string`)
  if (value === '') throw invalid('a tag is not empty')
  if ([...value].length > longestTag) throw invalid(`'${value}' exceeds maximum length of ${longestTag}`)
  const reason = unkeepable(value) ?? (value.includes(',') ? `'${value}' has a comma, which separates tags` : undefined)
  if (reason) throw invalid(reason)
  return value
}

function invalid(reason: string) {
  return problem('AttributeInvalid', { attribute: 'tags', reason })
}
