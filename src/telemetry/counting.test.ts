import { describe, expect, it } from 'vitest'
import { Counter, Histogram } from './counting.ts'
import { exposition } from './exposition.ts'
import { type Metric, metrics } from './metrics.ts'

const metric = (changes: Partial<Metric>): Metric => ({
  name: 'm',
  type: 'gauge',
  help: 'Help.',
  labels: [],
  ...changes,
})

describe('metrics as text', () => {
  it('have help, type, labels and numbers', () => {
    const labels = ['name', 'state']
    expect(exposition([{ metric: metric({ labels }), samples: [[['a', 'up'], 1.5]] }])).toBe(
      '# HELP m Help.\n# TYPE m gauge\nm{name="a",state="up"} 1.5\n',
    )
  })

  it('carry any text in a label', () => {
    const named = exposition([{ metric: metric({ labels: ['name'] }), samples: [[['a "b"\n\\c'], 1]] }])
    expect(named).toContain('m{name="a \\"b\\"\\n\\\\c"} 1')
  })
})

describe('a counter', () => {
  it('is zero before anything happened, where it has no labels', () => {
    expect(new Counter(metric({ type: 'counter' })).text()).toContain('\nm 0\n')
  })

  it('counts by labels', () => {
    const counter = new Counter(metric({ type: 'counter', labels: ['what'] }))
    for (const what of ['a', 'b', 'a']) counter.add(what)
    expect(counter.text()).toContain('m{what="a"} 2\nm{what="b"} 1\n')
  })
})

describe('a histogram', () => {
  it('has buckets that contain each other, a sum and a count', () => {
    const histogram = new Histogram(metric({ type: 'histogram', labels: ['what'], buckets: [1, 2] }))
    for (const value of [0.5, 1, 1.5, 7]) histogram.observe('a', value)
    expect(histogram.text().split('\n').slice(2, -1)).toEqual([
      'm_bucket{what="a",le="1"} 2',
      'm_bucket{what="a",le="2"} 3',
      'm_bucket{what="a",le="+Inf"} 4',
      'm_sum{what="a"} 10',
      'm_count{what="a"} 4',
    ])
  })

  it('costs a request next to nothing', () => {
    const requests = new Counter(metrics.requests)
    const seconds = new Histogram(metrics.requestSeconds)
    const times = 100_000
    const { user } = process.cpuUsage()
    for (let each = 0; each < times; each++) {
      requests.add('list_ipsec_site_connection', '2xx')
      seconds.observe('read', 0.003)
    }
    const micros = (process.cpuUsage().user - user) / times
    expect(micros, `${micros.toFixed(2)} µs of CPU a request`).toBeLessThan(3)
  })
})

it('every metric says its unit or that it is a total, and no two have one name', () => {
  const names = Object.values<Metric>(metrics).map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { name, type, help } of Object.values<Metric>(metrics)) {
    expect(name).toMatch(/^(sallyport|process|nodejs)_[a-z0-9_]+$/)
    expect(name.endsWith('_total'), name).toBe(type === 'counter')
    expect(help).toMatch(/^[A-Z0-9].*\.$/)
  }
})
