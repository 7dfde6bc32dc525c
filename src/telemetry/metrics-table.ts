import { type Metric, metrics } from './metrics.ts'

const begin = '<!-- metrics: renewed by npm run docs -->\n'
const end = '<!-- end of metrics -->\n'

/** The guide with the table of all metrics as they are defined now. @throws Error when it has no place for it */
export function withMetricsTable(guide: string): string {
  const [before, rest] = guide.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error('the guide has no place for the table of metrics')
  return `${before}${begin}${table()}${end}${after}`
}

function table(): string {
  const rows = Object.values<Metric>(metrics).map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ')
    return `| \`${name}\` | ${type} | ${named} | ${help} |\n`
  })
  return `| Name | Type | Labels | |\n|---|---|---|---|\n${rows.join('')}`
}
