import { canonicalUuid } from '../../model/kinds.ts'
import { problem } from '../../model/problem.ts'

/** What ids of projects are made of, wherever they come from. */
const shape = /^[!-~]{1,255}$/

/**
 * A project's id as it stands in a path. Projects are called by their digits alone, however a client wrote them.
 * @throws Problem when it can be no project's.
 */
export function projectIn(text = ''): string {
  if (!shape.test(text)) throw problem('NotFound')
  return canonicalUuid(text)?.replaceAll('-', '') ?? text
}
