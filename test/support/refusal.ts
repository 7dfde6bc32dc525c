import { expect } from 'vitest'
import type { Answer } from './cloud.ts'

/** The words of a refusal with 400 of this type; fails for any other answer. */
export function words({ status, body }: Answer, type = 'HTTPBadRequest'): string {
  expect([status, body.NeutronError?.type]).toEqual([400, type])
  return body.NeutronError.message
}
