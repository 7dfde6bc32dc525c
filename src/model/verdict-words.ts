import type { AlgorithmKind, Dialect } from './dialect.ts'
import type { Verdict, VerdictCode, VerdictField } from './verdict.ts'
import { verdictTemplates } from './verdict-templates.ts'

/** A verdict for people: what is wrong, and what to change on either side. */
export interface VerdictWords {
  readonly title: string
  readonly explanation: string
  readonly fix: { readonly here: string; readonly there: string }
  /** Other fields that it may lie in just as well: the peer does not tell. */
  readonly alternatives: readonly VerdictField[]
}

export function titleOf(code: VerdictCode): string {
  return verdictTemplates[code].title
}

export function wordsOf(verdict: Verdict, dialect: Dialect): VerdictWords {
  const { title, explanation, untold, fix, alternatives = [] } = verdictTemplates[verdict.code]
  const values = shownValues(verdict, dialect)
  const filled = (text: string) =>
    text.replace(/\{(configured|offered|field)\}/g, (_, name: 'configured' | 'offered' | 'field') =>
      name === 'field' ? verdict.field : (values[name] ?? 'not told'),
    )
  const isTold = verdict.offered !== null
  return {
    title,
    explanation: filled(isTold ? explanation : (untold ?? explanation)),
    fix: { here: filled(fix.here), there: filled(fix.there) },
    alternatives: isTold ? [] : alternatives.filter((field) => field !== verdict.field),
  }
}

/** The two values as the flavour writes them. */
export function shownValues(
  { field, configured, offered }: Pick<Verdict, 'field' | 'configured' | 'offered'>,
  dialect: Dialect,
): Pick<Verdict, 'configured' | 'offered'> {
  const kind = algorithmKinds[field.split('.')[1] ?? '']
  if (kind === undefined) return { configured, offered }
  const spelled = (value: string | null) => (value === null ? null : dialect.spell(kind, value))
  return { configured: spelled(configured), offered: spelled(offered) }
}

const algorithmKinds: Readonly<Record<string, AlgorithmKind | undefined>> = {
  encryption_algorithm: 'encryption',
  auth_algorithm: 'integrity',
  pfs: 'group',
}
