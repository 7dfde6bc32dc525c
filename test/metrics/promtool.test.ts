import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import type { GatewayId } from '../../src/model/ids.ts'
import { type Metric, metrics } from '../../src/telemetry/metrics.ts'
import { aGround, seedRequest, TestCloud } from '../support/cloud.ts'

/** What we ship for Prometheus and Grafana, read by Prometheus' own tool. */

const packaging = fileURLToPath(new URL('../../packaging/', import.meta.url))
const alerts = join(packaging, 'prometheus/alerts.yml')
const dashboard = join(packaging, 'grafana/sallyport.json')

async function promtool(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number; readonly said: string }> {
  const child = spawn('promtool', args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  child.stdin.end(input)
  const [code] = await once(child, 'close')
  return { code: Number(code), said }
}

async function expressions(): Promise<string[]> {
  const { panels } = JSON.parse(await readFile(dashboard, 'utf8'))
  return panels.flatMap(({ targets }: { targets: { expr: string }[] }) => targets.map(({ expr }) => expr))
}

it('the alerts are rules', async () => {
  const { code, said } = await promtool(['check', 'rules', '--lint=all', '--lint-fatal', alerts])
  expect(code, said).toBe(0)
})

it('each alert is raised when it should be, and not otherwise', async () => {
  const tests = join(packaging, 'prometheus/alerts.test.yml')
  const { code, said } = await promtool(['test', 'rules', tests])
  expect(code, said).toBe(0)
  const tried = await readFile(tests, 'utf8')
  const named = [...(await readFile(alerts, 'utf8')).matchAll(/alert: (\w+)/g)].map(([, name]) => name)
  for (const name of named) expect(tried, `${name} is not tried`).toContain(`alertname: ${name}`)
})

it('a scrape is what Prometheus takes, with help for everything', async () => {
  const cloud = await TestCloud.open()
  const ground = await aGround(cloud)
  const path = '/v2.0/vpn/ipsec-site-connections'
  const { id } = await cloud.make(path, 'ipsec_site_connection', { ...seedRequest(ground), name: 'to "B"\\' })
  const reading = { connection: id as never, sa: 'one', localCidrs: ['10.1.0.0/24'], peerCidrs: ['10.2.0.0/24'] }
  const counted = { bytesIn: 1, bytesOut: 2, packetsIn: 3, packetsOut: 4 }
  await cloud.server.controlPlane.count({
    gateway: ground.router as GatewayId,
    readings: [{ ...reading, counted, isOver: false }],
  })
  cloud.server.metrics.looked(12, 'done')
  const { payload } = await cloud.server.api.inject({ url: '/metrics', remoteAddress: '127.0.0.1' })
  const { code, said } = await promtool(['check', 'metrics'], payload)
  expect(said).toBe('')
  expect(code).toBe(0)
  await cloud.close()
})

it('the dashboard asks in Prometheus’ language', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sallyport-'))
  const rules = (await expressions()).map((expr, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$__rate_interval', '5m'),
  }))
  expect(rules.length).toBeGreaterThan(10)
  const file = join(directory, 'panels.yml')
  await writeFile(file, stringify({ groups: [{ name: 'panels', rules }] }))
  const { code, said } = await promtool(['check', 'rules', file])
  expect(code, said).toBe(0)
  await rm(directory, { recursive: true })
})

it('alerts and dashboard ask for metrics that there are', async () => {
  const known = new Set(Object.values<Metric>(metrics).map(({ name }) => name))
  const asked = `${await readFile(alerts, 'utf8')} ${(await expressions()).join(' ')}`
  const names = [...asked.matchAll(/\b(?:sallyport|process|nodejs)_[a-z0-9_]+/g)].map(([name]) =>
    known.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''),
  )
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !known.has(name))).toEqual([])
})
