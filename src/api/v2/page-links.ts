import type { Page } from '../../model/filter.ts'

interface PageLink {
  readonly rel: 'next' | 'previous'
  readonly href: string
}

/**
 * Links from a page to its neighbours. `next` is missing from a page that is short going forwards, `previous` from one
 * that is short going backwards; so the first page has a `previous`, which leads to an empty page (`classic-api.md` §0.1).
 * @param url of this request, absolute
 * @param ids of the objects on the page, in order
 */
export function pageLinks(url: string, ids: readonly string[], { limit, backwards }: Page): PageLink[] {
  const first = ids[0]
  const last = ids.at(-1)
  if (limit === undefined || first === undefined || last === undefined) return []
  const isShort = ids.length < limit
  return [
    ...(isShort && !backwards ? [] : [{ rel: 'next' as const, href: pointed(url, last, false) }]),
    ...(isShort && backwards ? [] : [{ rel: 'previous' as const, href: pointed(url, first, true) }]),
  ]
}

/** The same request from another marker. */
function pointed(url: string, marker: string, backwards: boolean): string {
  const address = new URL(url)
  address.searchParams.delete('page_reverse')
  address.searchParams.set('marker', marker)
  if (backwards) address.searchParams.set('page_reverse', 'True')
  return address.href
}
