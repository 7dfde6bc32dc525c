/** What a refusal is, before its words are filled in. */
export interface Definition {
  readonly status: number
  /** Name of the reference's exception, as clients see it in `NeutronError.type`. */
  readonly type: string
  readonly message: string
  /** Open Telekom Cloud's code; VPC.1001 (invalid parameters) unless a better one exists. */
  readonly code?: string
}

export const badRequest = (message: string): Definition => ({ status: 400, type: 'HTTPBadRequest', message })
export const refused = (type: string, message: string, code?: string): Definition => ({
  status: 400,
  type,
  message,
  ...(code && { code }),
})
export const notFound = (type: string, message: string): Definition => ({ status: 404, type, message })
export const conflict = (type: string, message: string, code?: string): Definition => ({
  status: 409,
  type,
  message,
  ...(code && { code }),
})
export const forbidden = (type: string, message: string): Definition => ({
  status: 403,
  type,
  message,
  code: 'VPC.1017',
})
