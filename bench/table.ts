import type { ApiFigures, RequestFigure } from './api.ts'
import type { LogInFigures, Reading } from './log-in.ts'
import type { Spread } from './statistics.ts'
import type { TunnelFigures } from './tunnel.ts'

/** What was measured; a part that was not asked for is absent. */
export interface Figures {
  readonly start?: Spread
  readonly post_to_active?: TunnelFigures
  readonly api?: ApiFigures
  readonly log_in?: LogInFigures
}

/** The figures for people, as Markdown. */
export function table({ start, post_to_active: tunnel, api, log_in }: Figures): string {
  return [
    ...(start || tunnel ? timesTable(start, tunnel) : []),
    ...(tunnel
      ? [
          `POST to ACTIVE over the floor: ${tunnel.over_floor_ms} ms (${tunnel.ratio_to_floor} × the floor).`,
          `Resident memory of the server with one gateway: ${Math.round(tunnel.server_rss_bytes / 2 ** 20)} MiB.`,
          '',
        ]
      : []),
    ...(api ? apiTable(api) : []),
    ...(log_in ? logInTable(log_in) : []),
  ].join('\n')
}

function timesTable(start: Spread | undefined, tunnel: TunnelFigures | undefined): string[] {
  const row = (what: string, { median_ms, min_ms, max_ms, runs }: Spread) =>
    `| ${what} | ${median_ms} | ${min_ms}–${max_ms} | ${runs} |`
  return [
    '| What | median ms | range ms | runs |',
    '|---|---|---|---|',
    ...(tunnel
      ? [
          row('bare VICI: load, initiate, child SA installed', tunnel.floor_ms),
          row('POST of a connection to a GET that says ACTIVE', tunnel),
        ]
      : []),
    ...(start ? [row('start of the compiled program to its first answer', start)] : []),
    '',
  ]
}

const names: Readonly<Record<string, string>> = {
  get_one: 'GET of one connection',
  list_of_100: 'list of 100 connections',
  post: 'POST of a connection',
  put: 'PUT of a connection',
  delete: 'DELETE of a connection',
  page_of_100: 'a page of 100, any of them',
}

function apiTable({ database, requests, crowded, with_agent }: ApiFigures): string[] {
  return [
    `Database: ${database}. CPU is user and system time, of the server without an agent where nothing else is said.`,
    '',
    '| Request | CPU ms | × bare `node:http` | × cheaper than Neutron (wanted) | a second | p99 ms |',
    '|---|---|---|---|---|---|',
    ...rows(requests, 'among 100'),
    ...rows(crowded, 'among 10,000'),
    ...rows(with_agent, 'with the agent, 100 to 500 on its gateway'),
    '',
  ]
}

function rows(figures: Readonly<Record<string, RequestFigure>>, where: string): string[] {
  return Object.entries(figures).map(([kind, each]) => {
    const { times_cheaper_than_neutron: cheaper, wanted_times_cheaper: wanted } = each
    const cells = [
      `${names[kind] ?? kind}, ${where}`,
      each.cpu_ms.toFixed(2),
      each.times_bare.toFixed(1),
      cheaper === undefined ? '' : `${cheaper.toFixed(1)} (${wanted})`,
      each.per_second.toFixed(0),
      each.p99_ms.toFixed(1),
    ]
    return `| ${cells.join(' | ')} |`
  })
}

function logInTable({ alone, attacked, times, attack, refusal }: LogInFigures): string[] {
  const row = (what: string, { median_ms, p99_ms, per_second }: Reading) =>
    `| ${what} | ${median_ms.toFixed(2)} | ${p99_ms.toFixed(2)} | ${per_second.toFixed(0)} |`
  const spreadOf = ({ median_ms, min_ms, max_ms }: Spread) => `${median_ms} ms (${min_ms}–${max_ms})`
  return [
    '| GET of one object by another client | median ms | p99 ms | a second |',
    '|---|---|---|---|',
    row('alone', alone),
    row(`beside ${attack.log_ins} log-ins with wrong passwords`, attacked),
    `| ratio | ${times.median.toFixed(2)} | ${times.p99.toFixed(2)} | ${times.per_second.toFixed(2)} |`,
    '',
    `Of the log-ins ${attack.refused_after_verification} were verified and ${attack.refused_at_once} refused at once, ` +
      `within ${attack.seconds.toFixed(1)} s; memory of the server grew by ${attack.memory_mib.toFixed(0)} MiB at the most.`,
    `A wrong password is refused after ${spreadOf(refusal.of_a_user)} where the user exists, and after ` +
      `${spreadOf(refusal.of_nobody)} where not.`,
    '',
  ]
}
