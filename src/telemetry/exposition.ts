import type { Metric } from './metrics.ts'

/** One line: the values of the metric's labels in their order, and the number. */
export type Sample = readonly [labels: readonly string[], value: number]

export interface Family {
  readonly metric: Metric
  readonly samples: Iterable<Sample>
}

/** The media type of what `exposition` writes. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/** Families in Prometheus' text format, version 0.0.4. */
export function exposition(families: Iterable<Family>): string {
  const lines: string[] = []
  for (const { metric, samples } of families) {
    const { name, type, help, labels } = metric
    lines.push(`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`)
    for (const [values, value] of samples) lines.push(`${name}${labelled(labels, values)} ${numeral(value)}`)
  }
  return `${lines.join('\n')}\n`
}

/** `{connection="…",state="ACTIVE"}`; nothing without labels. */
export function labelled(labels: readonly string[], values: readonly string[]): string {
  if (labels.length === 0) return ''
  return `{${labels.map((label, index) => `${label}="${escaped(values[index] ?? '')}"`).join(',')}}`
}

const special = /[\\"\n]/g

function escaped(value: string): string {
  return value.replace(special, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}

export function numeral(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return Number.isNaN(value) ? 'NaN' : String(value)
}
