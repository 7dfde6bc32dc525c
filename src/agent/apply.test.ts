import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionId } from '../model/ids.ts'
import { stages } from './apply.ts'
import type { Step } from './step.ts'

const connection = 'c' as ConnectionId
const protect: Step = { do: 'protect', cidrs: ['10.2.0.0/24'] }
const unload: Step = { do: 'unload-secret', connection, version: 1 }
const open: Step = { do: 'open-child', connection, fingerprint: 'f', child: 'c' }
const load: Step = { do: 'load-secret', connection: { id: connection } as never }

describe('stages', () => {
  it('take together what only prepares, and nothing else', () => {
    expect(stages([protect, load, load, unload, open, open])).toEqual([[protect, load, load], [unload], [open], [open]])
  })

  it('keep every step, in order, and never let an opening share its stage', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(protect, load, unload, open), { maxLength: 300 }), (steps) => {
        const cut = stages(steps)
        expect(cut.flat()).toEqual(steps)
        for (const stage of cut) if (stage.some((step) => step.do === 'open-child')) expect(stage).toHaveLength(1)
      }),
    )
  })
})
