/**
 * Everything needed to try tunnels for real: peers, hosts, a watch on the wire. For tunnel tests, the demo and the
 * benchmarks; knows no test framework. What it makes lies in namespaces and on bridges of the namespace it is called in.
 */
export { aLanHost, type LanHost, type LanHostOptions } from './lan-host.ts'
export { mirrorOf, type PeerConnection } from './peer-connection.ts'
export { aPeerSite, PeerSite, type PeerSiteOptions } from './peer-site.ts'
export { type Pinging, type PingOptions, type PingResult, ping, startPing } from './ping.ts'
export { systemClock } from './system-clock.ts'
export { type Patience, until } from './until.ts'
export { captureWire, type Wire, type WireCounts } from './wire.ts'
