import { type Static, Type } from 'typebox'
import { exampleIds } from './example-ids.ts'
import { IpsecConnection } from './ipsec-connection.ts'
import type { Operation } from './operations.ts'

/** What went through a connection (extension `sallyport`). */

/** Seconds that a point of the series may stand for. */
export const trafficResolutions: readonly number[] = [10, 60, 600, 3_600, 86_400]

const counters = {
  bytes_in: Type.Integer({ description: 'Bytes of IP packets that came out of the tunnels.' }),
  bytes_out: Type.Integer({ description: 'Bytes of IP packets that went into the tunnels.' }),
  packets_in: Type.Integer({ description: 'IP packets that came out of the tunnels.' }),
  packets_out: Type.Integer({ description: 'IP packets that went into the tunnels.' }),
}
const timeOrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

const ShownTraffic = Type.Object(
  {
    connection_id: Type.String({ description: 'Id of the connection.' }),
    since: timeOrNull('When something was first counted, in UTC; null: nothing yet.'),
    counted_at: timeOrNull('When it was last counted, in UTC.'),
    total: Type.Object(counters, {
      title: 'TrafficTotal',
      description: 'Since then. Never falls, whatever happens to tunnels, daemons or the service.',
    }),
    pairs: Type.Array(
      Type.Object(
        {
          local_cidrs: Type.Array(Type.String(), { description: 'Networks on this side.' }),
          peer_cidrs: Type.Array(Type.String(), { description: 'Networks on the peer’s side.' }),
          ...counters,
        },
        { title: 'TrafficPair' },
      ),
      { description: 'The total by pairs of networks as tunnels agreed on them, former ones included.' },
    ),
    from: Type.String({ description: 'Beginning of the series, in UTC.' }),
    to: Type.String({ description: 'End of the series, in UTC.' }),
    resolution: Type.Integer({
      description: 'Seconds between two points: more than asked for where only that is kept.',
    }),
    series: Type.Array(
      Type.Object(
        {
          time: Type.String({ description: 'Beginning of the time the point stands for, in UTC.' }),
          ...counters,
          bits_in_per_second: Type.Integer({ description: 'Mean rate in that time.' }),
          bits_out_per_second: Type.Integer({ description: 'Mean rate in that time.' }),
        },
        { title: 'TrafficPoint' },
      ),
      { description: 'What went through in each stretch of the time, oldest first.' },
    ),
  },
  { title: 'Traffic' },
)
export type ShownTraffic = Static<typeof ShownTraffic>

const exampleCounters = { bytes_in: 8_412_004, bytes_out: 911_320, packets_in: 7_120, packets_out: 4_310 }
const exampleTraffic: ShownTraffic = {
  connection_id: exampleIds.connection,
  since: '2026-11-20 09:31:08.402113',
  counted_at: '2026-11-20 10:00:02.118204',
  total: exampleCounters,
  pairs: [{ local_cidrs: ['10.1.0.0/24'], peer_cidrs: ['10.2.0.0/24'], ...exampleCounters }],
  from: '2026-11-20 09:59:00.000000',
  to: '2026-11-20 10:00:00.000000',
  resolution: 60,
  series: [
    {
      time: '2026-11-20 09:59:00.000000',
      bytes_in: 240_000,
      bytes_out: 60_000,
      packets_in: 200,
      packets_out: 150,
      bits_in_per_second: 32_000,
      bits_out_per_second: 8_000,
    },
  ],
}

export const trafficOperations = {
  show_connection_traffic: {
    method: 'GET',
    path: `${IpsecConnection.path}/:id/traffic`,
    resource: IpsecConnection,
    does: 'act',
    answers: 200,
    permission: 'get_ipsec_site_connection',
    role: 'member',
    group: 'Traffic',
    summary: 'Show what went through the tunnels of a connection.',
    command: 'vpn connection traffic show',
    query: {
      from: { type: 'string', description: 'Beginning of the series, in UTC; an hour before its end unless told.' },
      to: { type: 'string', description: 'End of the series, in UTC; now unless told.' },
      resolution: {
        type: 'integer',
        enum: [...trafficResolutions],
        description: 'Seconds between two points; what gives some hundred points unless told.',
      },
    },
    request: undefined,
    answer: () => Type.Object({ traffic: ShownTraffic }),
    example: () => ({ request: undefined, response: { traffic: exampleTraffic } }),
  },
} satisfies Readonly<Record<string, Operation>>
