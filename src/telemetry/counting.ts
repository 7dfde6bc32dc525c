import { exposition, labelled, numeral, type Sample } from './exposition.ts'
import type { Metric } from './metrics.ts'

/** A metric that is counted as things happen, and written when somebody asks. Adding is a look into a map and an addition. */
export class Counter {
  readonly #metric: Metric
  readonly #counts = new Map<string, { readonly labels: readonly string[]; count: number }>()

  constructor(metric: Metric) {
    this.#metric = metric
  }

  add(...labels: readonly string[]): void {
    const key = labels.join('\n')
    const known = this.#counts.get(key)
    if (known) known.count += 1
    else this.#counts.set(key, { labels, count: 1 })
  }

  text(): string {
    const samples = [...this.#counts.values()].map(({ labels, count }): Sample => [labels, count])
    // Without labels it is there from the start: zero is a number too.
    const none: readonly Sample[] = this.#metric.labels.length === 0 ? [[[], 0]] : []
    return exposition([{ metric: this.#metric, samples: samples.length > 0 ? samples : none }])
  }
}

interface Distribution {
  readonly label: string
  /** Of each bucket alone; the last is for what is beyond all bounds. */
  readonly counts: number[]
  sum: number
}

/** How values are distributed over the buckets of a metric with one label. */
export class Histogram {
  readonly #metric: Metric
  readonly #bounds: readonly number[]
  readonly #distributions = new Map<string, Distribution>()

  constructor(metric: Metric) {
    this.#metric = metric
    this.#bounds = metric.buckets ?? []
  }

  observe(label: string, value: number): void {
    const known = this.#distributions.get(label) ?? this.#begin(label)
    let bucket = 0
    while (value > (this.#bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket += 1
    known.counts[bucket] = (known.counts[bucket] ?? 0) + 1
    known.sum += value
  }

  #begin(label: string): Distribution {
    const begun = { label, counts: Array.from({ length: this.#bounds.length + 1 }, () => 0), sum: 0 }
    this.#distributions.set(label, begun)
    return begun
  }

  text(): string {
    const { name, labels } = this.#metric
    const lines = [exposition([{ metric: this.#metric, samples: [] }])]
    for (const { label, counts, sum } of this.#distributions.values()) {
      let total = 0
      for (const [index, count] of counts.entries()) {
        total += count
        const bound = numeral(this.#bounds[index] ?? Number.POSITIVE_INFINITY)
        lines.push(`${name}_bucket${labelled([...labels, 'le'], [label, bound])} ${total}\n`)
      }
      lines.push(`${name}_sum${labelled(labels, [label])} ${numeral(sum)}\n`)
      lines.push(`${name}_count${labelled(labels, [label])} ${total}\n`)
    }
    return lines.join('')
  }
}
