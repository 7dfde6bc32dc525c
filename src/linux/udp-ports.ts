import { readFile } from 'node:fs/promises'

/** UDP ports of our own network namespace that somebody has, in either family. */
export async function udpPortsInUse(): Promise<ReadonlySet<number>> {
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readTable(`/proc/self/net/${name}`)))
  return new Set(tables.flatMap((table) => table.split('\n').slice(1).flatMap(localPort)))
}

/** `  12: 00000000:01F4 00000000:0000 07 …`: address and port of this end, in hexadecimal. */
export function localPort(row: string): number[] {
  const digits = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(row)?.[1]
  return digits === undefined ? [] : [Number.parseInt(digits, 16)]
}

/** A kernel without IPv6 has no table of it. */
async function readTable(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}
