import type { Described } from './described.ts'

/** What a client can ask for beside the resources: log-in, health, and what the API says about itself. */
export interface OutlyingOperation extends Described {
  /** `host`: once, at the root of the listener. `flavour`: below the flavour's prefix. */
  readonly below: 'host' | 'flavour'
  /** Headers of the request and of the answer, beside the usual ones, with what they mean. */
  readonly headers?: { readonly request?: Headers; readonly answer?: Headers }
  /** Statuses of refusals, beside those that follow from its path and body. */
  readonly refuses?: readonly number[]
}

type Headers = Readonly<Record<string, string>>

type Told = Pick<OutlyingOperation, 'path' | 'permission' | 'summary' | 'command' | 'answer'> &
  Partial<Pick<OutlyingOperation, 'method' | 'answers' | 'request' | 'headers' | 'refuses'>> & {
    readonly group: string
    readonly example: { readonly request?: unknown; readonly response?: unknown }
  }

/** One that answers a `GET` with 200 and has no body, unless told. */
export const operation = (below: OutlyingOperation['below'], { example, ...told }: Told): OutlyingOperation => ({
  method: 'GET',
  answers: 200,
  request: undefined,
  below,
  ...told,
  example: () => ({ request: example.request, response: example.response }),
})
