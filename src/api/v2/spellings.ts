/**
 * Other ways of writing a path below `/v2.0` that are the same place: as the reference takes them, and the doubled
 * version that clients produce from a catalog with versioned URLs (`client-traffic.md` §1).
 * @param url of a request: path and query.
 */
export function usualSpelling(url: string): string {
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  const version = path.search(/\/v2\.0\//)
  if (version === -1) return url
  const written = path
    .slice(version)
    .replace(/^(\/v2\.0)+\//, '/v2.0/')
    .replace(/\.json$/, '')
    .replace(/^\/v2\.0\/vpn\/\w+/, (collection) => collection.replaceAll('_', '-'))
  return path.slice(0, version) + written + url.slice(path.length)
}
