import { type QuotaName, type Quotas, quotaNames } from '../model/quota.ts'
import { ConfigurationError } from './load.ts'
import { environmentName } from './schema.ts'

/**
 * `vpnservice=10, ipsec_site_connection=-1` as numbers by name; absent and empty: none.
 * @param key the setting the text is of.
 * @throws ConfigurationError
 */
export function parseQuotas(key: string, text: string | undefined): Partial<Quotas> {
  const numbers: Partial<Record<QuotaName, number>> = {}
  for (const part of (text ?? '').split(',').map((each) => each.trim())) {
    if (part === '') continue
    const [, word, digits] = /^(\w+)\s*=\s*(-1|\d{1,9})$/.exec(part) ?? []
    const name = quotaNames.find((each) => each === word)
    if (!name) {
      throw new ConfigurationError(
        `${key} (${environmentName(key)}) has '${part}'; it has to be name=number, where -1 is any number and ` +
          `name can be ${quotaNames.join(' or ')}`,
      )
    }
    numbers[name] = Number(digits)
  }
  return numbers
}
