import { playPeer } from './peer.ts'
import { demonstrate } from './two-sites.ts'

/**
 * `npm run demo`: two sites on this host, and what was measured between them; `--once` and `--json` are for programs.
 * `npm run demo -- --peer-of NAME` is only the other side of a connection that a running service has.
 */
const peerOf = process.argv.indexOf('--peer-of')
if (peerOf === -1) {
  const has = (option: string) => process.argv.includes(option)
  const isGood = await demonstrate({ once: has('--once'), json: has('--json') })
  if (!isGood) process.exitCode = 1
} else {
  await playPeer(process.argv[peerOf + 1] ?? '')
}
process.exit()
