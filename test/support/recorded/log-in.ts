import type { RecordedExchange } from './exchange.ts'

const identity = {
  methods: ['password'],
  password: { user: { name: 'admin', password: 'admin-password', domain: { name: 'Default' } } },
}
const path = '{identity}/v3/auth/tokens'
const catalog = {
  token: { methods: ['password'], user: { name: 'admin', domain: { id: 'default', name: 'Default' } } },
}

export const logInToProject: RecordedExchange = {
  method: 'POST',
  path,
  body: { auth: { identity, scope: { project: { name: 'admin', domain: { name: 'Default' } } } } },
  status: 201,
  answer: { token: { ...catalog.token, project: { id: '{project}', name: 'admin' } } },
}

/** The second log-in that the vendor's Terraform provider makes at every start (`clients.md` §7). */
export const logInToDomain: RecordedExchange = {
  method: 'POST',
  path,
  body: { auth: { identity, scope: { domain: { name: 'Default' } } } },
  status: 201,
  answer: { token: { ...catalog.token, domain: { id: 'default', name: 'Default' } } },
}
