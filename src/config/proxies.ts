import { BlockList, isIP } from 'node:net'
import { ConfigurationError } from './load.ts'
import { environmentName, thisHost } from './schema.ts'

const key = 'trusted_proxies'

/**
 * `127.0.0.0/8, 10.0.0.5, ::1` as a test of addresses; `none`: no address passes.
 * @param text the default of the setting when absent.
 * @throws ConfigurationError
 */
export function parseTrustedProxies(text: string = thisHost): (address: string) => boolean {
  const list = new BlockList()
  const parts = text.split(',').map((each) => each.trim())
  for (const part of text.trim() === 'none' ? [] : parts) {
    if (part !== '') add(list, part)
  }
  return (address) => {
    const version = isIP(address)
    return version !== 0 && list.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
}

function add(list: BlockList, part: string): void {
  const [, address = '', digits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(part) ?? []
  const version = isIP(address)
  const most = version === 4 ? 32 : 128
  const length = digits === undefined ? most : Number(digits)
  if (version === 0 || length > most) {
    throw new ConfigurationError(
      `${key} (${environmentName(key)}) has '${part}'; it has to be addresses or networks such as 10.0.0.5 or ` +
        'fd00::/8, separated by commas, or none',
    )
  }
  list.addSubnet(address, length, version === 4 ? 'ipv4' : 'ipv6')
}
