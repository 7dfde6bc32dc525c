import type { FastifyInstance } from 'fastify'
import { problem } from '../../model/problem.ts'
import { identityPrefix } from './prefix.ts'

/** Where a Keystone has the users: whoever looks for them here is told where they are. @param url of the Keystone */
export function mountElsewhere(app: FastifyInstance, url: string): void {
  for (const path of [`${identityPrefix}/`, `${identityPrefix}/*`]) {
    app.all(path, { config: { open: true } }, () => {
      throw problem('IdentityElsewhere', { url })
    })
  }
}
