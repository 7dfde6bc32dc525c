import { type IpCommand, type IpOptions, ipBatch, ipShow } from './ip.ts'

/** A policy routing rule: which packets look into which table. */
export interface Rule {
  readonly priority: number
  /** Match everything but what the rest says. */
  readonly isInverted: boolean
  /** With prefix length; `undefined`: any. */
  readonly from: string | undefined
  readonly to: string | undefined
  /** Device the packet came in by; `lo` for those made here. */
  readonly incoming: string | undefined
  readonly table: string
  /** Ignore routes of the table with prefixes this short or shorter. */
  readonly suppressPrefixLength: number | undefined
}

export type NewRule = Partial<Rule> & Pick<Rule, 'priority' | 'table'>

export const showRules: IpCommand = ['rule', 'show']

interface RuleRow {
  readonly priority?: number
  readonly not?: null
  readonly src?: string
  readonly srclen?: number
  readonly dst?: string
  readonly dstlen?: number
  readonly iif?: string
  readonly table?: string
  readonly suppress_prefixlen?: number
}

/** A row of `ip -json rule show`. */
export function ruleOf(row: unknown): Rule {
  const rule = row as RuleRow
  return {
    priority: rule.priority ?? 0,
    isInverted: 'not' in rule,
    from: prefix(rule.src, rule.srclen),
    to: prefix(rule.dst, rule.dstlen),
    incoming: rule.iif,
    table: rule.table ?? '',
    suppressPrefixLength: rule.suppress_prefixlen,
  }
}

function prefix(address: string | undefined, length: number | undefined): string | undefined {
  if (address === undefined || address === 'all') return undefined
  return `${address}/${length ?? (address.includes(':') ? 128 : 32)}`
}

export async function readRules(family: 4 | 6, options: IpOptions = {}): Promise<Rule[]> {
  const [answer = []] = await ipShow([showRules], { ...options, family })
  return answer.map(ruleOf)
}

export function isSameRule(one: NewRule, other: NewRule): boolean {
  return ruleCommand('add', one).join(' ') === ruleCommand('add', other).join(' ')
}

/** Adds those of `wanted` that are not in `present`: the kernel refuses a second one like the first. */
export async function addRules(
  wanted: readonly NewRule[],
  present: readonly Rule[],
  family: 4 | 6,
  options: IpOptions = {},
): Promise<void> {
  const missing = wanted.filter((rule) => !present.some((other) => isSameRule(rule, other)))
  await ipBatch(
    missing.map((rule) => ruleCommand('add', rule)),
    { ...options, family },
  )
}

export async function deleteRules(rules: readonly NewRule[], family: 4 | 6, options: IpOptions = {}): Promise<void> {
  await ipBatch(
    rules.map((rule) => ruleCommand('delete', rule)),
    { ...options, family },
  )
}

function ruleCommand(verb: 'add' | 'delete', rule: NewRule): IpCommand {
  return [
    ...['rule', verb, 'priority', String(rule.priority)],
    ...(rule.isInverted ? ['not'] : []),
    ...(rule.from === undefined ? [] : ['from', rule.from]),
    ...(rule.to === undefined ? [] : ['to', rule.to]),
    ...(rule.incoming === undefined ? [] : ['iif', rule.incoming]),
    ...['lookup', rule.table],
    ...(rule.suppressPrefixLength === undefined ? [] : ['suppress_prefixlength', String(rule.suppressPrefixLength)]),
  ]
}
