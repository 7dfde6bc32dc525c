import { describe, expect, it } from 'vitest'
import { IkePolicy } from '../model/ike-policy.ts'
import { IpsecPolicy } from '../model/ipsec-policy.ts'
import { RememberedObjects } from './remembered.ts'

const policy = (id: string): IkePolicy => ({ ...IkePolicy.example.object, id })

describe('remembered objects', () => {
  it('are recalled for as long as their count stays', () => {
    const remembered = new RememberedObjects(10)
    const first = policy('first')
    remembered.remember(IkePolicy, { id: 'first', revision_number: 3 }, first)
    expect(remembered.recall(IkePolicy, [{ id: 'first', revision_number: 3 }])).toEqual([first])
    expect(remembered.recall(IkePolicy, [{ id: 'first', revision_number: 4 }])).toBeUndefined()
    expect(remembered.recall(IpsecPolicy, [{ id: 'first', revision_number: 3 }])).toBeUndefined()
  })

  it('are recalled all or not at all', () => {
    const remembered = new RememberedObjects(10)
    const counted = ['first', 'second'].map((id) => ({ id, revision_number: 0 }))
    remembered.remember(IkePolicy, { id: 'first', revision_number: 0 }, policy('first'))
    expect(remembered.recall(IkePolicy, counted)).toBeUndefined()
    remembered.remember(IkePolicy, { id: 'second', revision_number: 0 }, policy('second'))
    expect(remembered.recall(IkePolicy, counted)?.map(({ id }) => id)).toEqual(['first', 'second'])
  })

  it('go when there are too many, those first that were not asked for longest', () => {
    const remembered = new RememberedObjects(2)
    const counted = (id: string) => ({ id, revision_number: 0 })
    remembered.remember(IkePolicy, counted('first'), policy('first'))
    remembered.remember(IkePolicy, counted('second'), policy('second'))
    remembered.recall(IkePolicy, [counted('first')])
    remembered.remember(IkePolicy, counted('third'), policy('third'))
    expect(['first', 'second', 'third'].filter((id) => remembered.knows(IkePolicy, id))).toEqual(['first', 'third'])
  })
})
