import type { PostToActive } from './post-to-active.ts'
import type { Spread } from './statistics.ts'

export interface Figures {
  readonly post_to_active: PostToActive & {
    readonly floor_ms: Spread
    readonly over_floor_ms: number
    readonly ratio_to_floor: number
  }
  readonly start: Spread
}

/** The figures for people, as Markdown. */
export function table({ post_to_active: tunnel, start }: Figures): string {
  const row = (what: string, { median_ms, min_ms, max_ms, runs }: Spread) =>
    `| ${what} | ${median_ms} | ${min_ms}–${max_ms} | ${runs} |`
  return [
    '| What | median ms | range ms | runs |',
    '|---|---|---|---|',
    row('bare VICI: load, initiate, child SA installed', tunnel.floor_ms),
    row('POST of a connection to a GET that says ACTIVE', tunnel),
    row('start of the compiled program to its first answer', start),
    '',
    `POST to ACTIVE over the floor: ${tunnel.over_floor_ms} ms (${tunnel.ratio_to_floor} × the floor).`,
    `Resident memory of the server with one gateway: ${Math.round(tunnel.server_rss_bytes / 2 ** 20)} MiB.`,
    '',
  ].join('\n')
}
