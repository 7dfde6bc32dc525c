import { encryptionAlgorithms, integrityAlgorithms, keyExchangeGroups } from '../../model/algorithms.ts'
import type { AlgorithmKind, Dialect } from '../../model/dialect.ts'

type Spelled = Readonly<Record<string, { readonly otc?: string; readonly openstack?: string }>>

const tables: Readonly<Record<AlgorithmKind, Spelled>> = {
  encryption: encryptionAlgorithms,
  integrity: integrityAlgorithms,
  group: keyExchangeGroups,
}

/**
 * A flavour's way of writing algorithms, out of the one table.
 * @param changes `further` words beside the table, by kind: OTC's `disable` in place of a group; `without` algorithms that
 *   are not accepted, but still shown where one is kept.
 */
export function spelling(
  flavour: 'otc' | 'openstack',
  {
    further = {},
    without = [],
  }: {
    readonly further?: Partial<Record<AlgorithmKind, readonly string[]>>
    readonly without?: readonly string[]
  },
): Pick<Dialect, 'spell' | 'read' | 'words'> {
  const kinds = Object.keys(tables) as AlgorithmKind[]
  const words = Object.fromEntries(
    kinds.map((kind) => [
      kind,
      new Map([
        ...Object.entries(tables[kind]).flatMap(([canonical, spelled]) => {
          const word = spelled[flavour]
          return word === undefined || without.includes(canonical) ? [] : [[word, canonical] as const]
        }),
        ...(further[kind] ?? []).map((word) => [word, word] as const),
      ]),
    ]),
  )
  return {
    spell: (kind, canonical) => tables[kind][canonical]?.[flavour] ?? canonical,
    read: (kind, spelled) => words[kind]?.get(spelled),
    words: (kind) => [...(words[kind]?.keys() ?? [])],
  }
}
