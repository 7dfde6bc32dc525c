import { openstack } from '../profiles/openstack.ts'
import { otc } from '../profiles/otc.ts'
import { addressed, describeApi } from './document.ts'
import { referenceOf } from './reference.ts'

/** Where the documents kept in the repository say the API is: the default address of `serve`. */
const url = 'http://127.0.0.1:9696'

/** The files of `docs/api`, by name: what the definitions yield. */
export async function keptDocuments(): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>()
  for (const profile of [otc, openstack]) {
    const document = addressed(await describeApi(profile), url, profile.prefix)
    files.set(`openapi-${profile.name}.json`, `${JSON.stringify(document, undefined, 2)}\n`)
    files.set(`reference-${profile.name}.md`, referenceOf(profile))
  }
  return files
}
