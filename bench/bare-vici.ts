import { randomUUID } from 'node:crypto'
import { ip } from '../src/linux/ip.ts'
import { aPeerSite } from '../test/support/peer-site.ts'
import { until } from '../test/support/until.ts'
import { type Spread, spread } from './statistics.ts'

const runs = 25

/**
 * The least a tunnel can take here: two bare charons, nothing of ours but the VICI client. Loads a secret and a connection
 * and initiates, and waits until the child SA is installed. IKEv2, AES-256, SHA-256, modp2048.
 */
export async function floorOfOneTunnel(): Promise<Spread> {
  const bridge = `spb${randomUUID().slice(0, 11)}`
  await ip(['link', 'add', bridge, 'type', 'bridge'])
  await ip(['link', 'set', bridge, 'up'])
  const backend = await backendHere()
  const site = (name: string, number: number) =>
    aPeerSite({
      name,
      bridge,
      publicAddresses: [`203.0.113.${number}/24`],
      lan: [{ gateway: `10.72.${number}.1/24`, host: `10.72.${number}.10/24` }],
      backend,
    })
  const initiator = await site('flo-a', 1)
  const responder = await site('flo-b', 2)
  try {
    const ours = {
      name: 'floor',
      version: 2,
      localAddress: '203.0.113.1',
      remoteAddress: '203.0.113.2',
      localId: '203.0.113.1',
      remoteId: '203.0.113.2',
      psk: 'floor-of-one-tunnel',
      proposals: ['aes256-sha256-modp2048'],
      espProposals: ['aes256-sha256-modp2048'],
      children: [{ local: ['10.72.1.0/24'], remote: ['10.72.2.0/24'] }],
    } as const
    await responder.configure({
      ...ours,
      localAddress: ours.remoteAddress,
      remoteAddress: ours.localAddress,
      localId: ours.remoteId,
      remoteId: ours.localId,
      children: [{ local: ['10.72.2.0/24'], remote: ['10.72.1.0/24'] }],
    })
    const times: number[] = []
    for (let run = 0; run < runs; run += 1) {
      const begun = performance.now()
      await initiator.configure(ours)
      await initiator.initiateAndWait(ours.name)
      times.push(performance.now() - begun)
      await initiator.terminate(ours.name)
      await initiator.forget(ours.name)
      const gone = async () => (await initiator.sas()).length === 0 && (await responder.sas()).length === 0
      await until(gone, { what: 'both ends without an SA' })
    }
    return spread(times)
  } finally {
    await responder.close()
    await initiator.close()
    await ip(['link', 'delete', bridge])
  }
}

async function backendHere(): Promise<'kernel' | 'user-space'> {
  const { probe } = await import('../src/agent/drivers/strongswan/probe.ts')
  return (await probe({})).capabilities.backend === 'kernel' ? 'kernel' : 'user-space'
}
