import { expect, it } from 'vitest'
import { routeOf } from '../../../linux/routes.ts'
import { ikeSaOf } from '../../../vici/sas.ts'
import { withoutRoute } from './tunnel-routes.ts'

const tunnelTo = (cidrs: string[], mode = 'TUNNEL', name = '6f0c1e52-3d0f-4c1a-9a55-0f2f7d3f1a01.0a1b2c3d') =>
  ikeSaOf(name, {
    uniqueid: '1',
    state: 'ESTABLISHED',
    'child-sas': { 'x-7': { name: '0a1b2c3d', uniqueid: '7', state: 'INSTALLED', mode, 'remote-ts': cidrs } },
  })

const routeTo = (dst: string, table = '220') => routeOf({ dst, table, dev: 'ipsec0' })

it.each([
  [['10.2.0.0/24'], [routeTo('10.2.0.0/24')], 0],
  [['10.2.0.0/24'], [], 1],
  [['10.2.0.0/24'], [routeTo('10.2.0.0/24', 'main')], 1],
  [['10.2.0.5/32'], [routeTo('10.2.0.5')], 0],
  [['0.0.0.0/0'], [routeTo('default')], 0],
  [['::/0'], [routeTo('default')], 1],
  [['10.2.0.0/24', '10.3.0.0/24'], [routeTo('10.2.0.0/24')], 1],
  [['10.2.0.1..10.2.0.9'], [], 0],
])('of children to %j with %j: %i go nowhere', (cidrs, routes, count) => {
  expect(withoutRoute([tunnelTo(cidrs)], routes)).toHaveLength(count)
})

it('does not judge transport mode, nor what is not ours', () => {
  expect(withoutRoute([tunnelTo(['203.0.113.2/32'], 'TRANSPORT')], [])).toEqual([])
  expect(withoutRoute([tunnelTo(['10.2.0.0/24'], 'TUNNEL', 'office')], [])).toEqual([])
})
