/**
 * Every metric there is: its name with its unit, what it is, its labels and, of histograms, the bounds of its buckets.
 * What is shown at `/metrics` and the table in `docs/guide/metrics.md` come from here.
 */
export interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
  readonly buckets?: readonly number[]
}

const metric = (
  type: Metric['type'],
  name: string,
  help: string,
  labels: readonly string[] = [],
  buckets?: readonly number[],
): Metric => ({ name, type, help, labels, ...(buckets && { buckets }) })

const child = ['connection', 'local', 'peer']

export const metrics = {
  connectionInfo: metric(
    'gauge',
    'sallyport_connection_info',
    'Always 1; what a connection is called and belongs to.',
    ['connection', 'name', 'project', 'vpnservice', 'gateway', 'peer'],
  ),
  connectionUp: metric(
    'gauge',
    'sallyport_connection_up',
    '1 while all child SAs of the connection are installed, 0 otherwise; of every connection that is configured.',
    ['connection'],
  ),
  connectionWanted: metric(
    'gauge',
    'sallyport_connection_wanted',
    '1 where the connection and its service are switched on, 0 where one of them is not.',
    ['connection'],
  ),
  connectionState: metric(
    'gauge',
    'sallyport_connection_state',
    'Always 1; status of the connection, as the API shows it.',
    ['connection', 'state'],
  ),
  connectionReason: metric(
    'gauge',
    'sallyport_connection_reason',
    'Always 1; why the connection is not up: none, pending, switched_off, refused or unknown.',
    ['connection', 'reason'],
  ),
  connectionBytes: metric(
    'counter',
    'sallyport_connection_bytes_total',
    'Bytes of IP packets through the tunnels of the connection, in or out.',
    ['connection', 'direction'],
  ),
  connectionPackets: metric(
    'counter',
    'sallyport_connection_packets_total',
    'IP packets through the tunnels of the connection, in or out.',
    ['connection', 'direction'],
  ),
  childUp: metric(
    'gauge',
    'sallyport_child_up',
    '1 while the child SA for these networks is installed, 0 otherwise; of every one that is configured.',
    child,
  ),
  childBytes: metric(
    'counter',
    'sallyport_child_bytes_total',
    'Bytes of IP packets between these networks, in or out.',
    [...child, 'direction'],
  ),
  childPackets: metric('counter', 'sallyport_child_packets_total', 'IP packets between these networks, in or out.', [
    ...child,
    'direction',
  ]),
  gatewayReady: metric(
    'gauge',
    'sallyport_gateway_ready',
    '1 where the last look at the gateway succeeded, 0 where it failed or there was none yet.',
    ['gateway'],
  ),
  daemonUp: metric(
    'gauge',
    'sallyport_daemon_up',
    '1 where the key exchange daemon of the gateway runs, 0 otherwise.',
    ['gateway'],
  ),
  daemonStarts: metric(
    'counter',
    'sallyport_daemon_starts_total',
    'Starts of the key exchange daemon of the gateway by this process.',
    ['gateway'],
  ),
  agentReady: metric(
    'gauge',
    'sallyport_agent_ready',
    '1 when the host and every gateway on it were looked at since the start, without a failure.',
  ),
  agentQueue: metric('gauge', 'sallyport_agent_queue_length', 'Gateways, and the host, that are due to be looked at.'),
  lookSeconds: metric(
    'histogram',
    'sallyport_look_duration_seconds',
    'Time of a look at a gateway or the host: read, compare, take steps, report.',
    ['outcome'],
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
  ),
  requests: metric('counter', 'sallyport_api_requests_total', 'Requests that were answered.', ['operation', 'status']),
  requestSeconds: metric(
    'histogram',
    'sallyport_api_request_duration_seconds',
    'Time from the beginning of a request to the end of its answer.',
    ['kind'],
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
  ),
  databaseUp: metric('gauge', 'sallyport_database_up', '1 where the database answered when it was last spoken to.'),
  databaseTroubles: metric(
    'counter',
    'sallyport_database_troubles_total',
    'Troubles with the running database that no request stands behind, such as a lost connection.',
  ),
  certificateEnd: metric(
    'gauge',
    'sallyport_certificate_expiry_timestamp_seconds',
    'When the certificate of the listener ends; absent without TLS.',
  ),
  buildInfo: metric('gauge', 'sallyport_build_info', 'Always 1; what runs, and with what.', [
    'version',
    'driver',
    'backend',
    'database',
  ]),
  scrapeSeconds: metric(
    'gauge',
    'sallyport_scrape_duration_seconds',
    'Time that it took to gather these metrics, the writing of them left out.',
  ),
  processCpu: metric('counter', 'process_cpu_seconds_total', 'CPU time of the process, in user and system mode.'),
  processMemory: metric('gauge', 'process_resident_memory_bytes', 'Memory of the process that is in use.'),
  processStart: metric('gauge', 'process_start_time_seconds', 'When the process began, in seconds since 1970.'),
  heap: metric('gauge', 'nodejs_heap_size_used_bytes', 'Memory of the objects of the process.'),
  eventLoopDelay: metric(
    'gauge',
    'nodejs_eventloop_delay_p99_seconds',
    'How late timers came, 99 of 100, since the scrape before.',
  ),
} satisfies Readonly<Record<string, Metric>>
