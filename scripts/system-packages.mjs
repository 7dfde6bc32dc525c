import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { capture, say } from './run.mjs'

const gateway = [
  'strongswan-charon',
  'strongswan-swanctl',
  'libcharon-extra-plugins',
  'libstrongswan-standard-plugins',
  'libstrongswan-extra-plugins',
  'iproute2',
  'kmod',
  'procps',
]
/** The `openstack` command with its network and VPN parts, and the SDK below it. */
const clients = ['python3', 'python3-openstackclient', 'python3-neutronclient', 'python3-openstacksdk']
const sets = {
  /** What carries tunnels. */
  gateway,
  /** What tries them; the clients because the README's session is typed in one. */
  test: [...gateway, 'tcpdump', 'iputils-ping', 'util-linux', 'curl', ...clients],
  /** The other database, which the tests start a server of. */
  postgres: ['postgresql'],
  /** And a Keystone: the package `keystone` would bring a service that starts; all of its program is in this one. */
  clients: [...clients, 'python3-keystone', 'openssl'],
  /** A kernel that runs as a program, with ESP and AH among its modules. */
  guest: ['user-mode-linux', 'kmod'],
  /** `promtool`, which reads alerts and metrics as Prometheus does. */
  prometheus: ['prometheus'],
}

/** @typedef {{ readonly missing: readonly string[], readonly help: string }} Missing */

/**
 * Installs what the set lacks, on Debian and Ubuntu and as root; elsewhere says what is missing and how to get it.
 * @param {keyof typeof sets} which
 * @returns {Promise<Missing | undefined>} `undefined`: everything is there
 */
export async function ensureSystemPackages(which) {
  if (!existsSync('/usr/bin/apt-get')) return missingPrograms(which)
  const missing = await missingOf(sets[which])
  if (missing.length === 0) return undefined
  const byHand = `apt-get install --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0) return { missing, help: `As root: ${byHand}` }

  say(`Installing from the distribution: ${missing.join(' ')}`)
  const failure = await withoutTheirDaemons(missing, () => installWithUpdate(missing))
  const left = await missingOf(missing)
  if (left.length === 0) return undefined
  say(failure.trim())
  return { missing: left, help: `The lines above say why apt-get did not install them. Again by hand: ${byHand}` }
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are dpkg-query's
const format = '${Package} ${db:Status-Status}\n'

/** @param {readonly string[]} packages */
async function missingOf(packages) {
  const { output } = await capture(['dpkg-query', '--show', `--showformat=${format}`, ...packages])
  return notInstalled(packages, output)
}

/**
 * @param {readonly string[]} packages
 * @param {string} listed by `dpkg-query`, a package and its status on a line; unknown packages are complaints
 */
export function notInstalled(packages, listed) {
  const lines = new Set(listed.split('\n'))
  return packages.filter((name) => !lines.has(`${name} installed`))
}

/** @param {readonly string[]} packages @returns {Promise<string>} what was printed, for the case that something lacks */
async function installWithUpdate(packages) {
  const install = ['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'install', '-y', '--no-install-recommends', ...packages]
  const first = await capture(install, { env: quiet })
  if (first.code === 0) return first.output
  // The lists of packages are absent on a new machine, and old on one that was left alone.
  const update = await capture(['apt-get', '-o', 'DPkg::Lock::Timeout=300', 'update'], { env: quiet })
  const second = await capture(install, { env: quiet })
  return second.code === 0 ? second.output : `${update.output}\n${second.output}`
}

/** Nobody is there to answer, and nothing that runs on this machine is restarted for our sake. */
const quiet = {
  ...process.env,
  DEBIAN_FRONTEND: 'noninteractive',
  NEEDRESTART_SUSPEND: '1',
  // In the runlevel of the single user a machine without systemd starts no services either.
  RUNLEVEL: '1',
  PREVLEVEL: 'N',
}

/**
 * @template T
 * @param {readonly string[]} packages
 * @param {() => Promise<T>} install
 */
function withoutTheirDaemons(packages, install) {
  if (packages.includes('postgresql')) return withoutCluster(install)
  // Only ever installed where it was not: a Prometheus that was there before us is the operator's.
  if (packages.includes('prometheus')) return withoutServices(['prometheus.service'], 'prometheus', install)
  return withoutStarter(packages, install)
}

/** Read by postgresql-common when a server is installed; it goes again, so that the operator's own installing is as usual. */
const clusterSettings = '/etc/postgresql-common/createcluster.d'

/**
 * Debian's package would make a database cluster and start it. The tests have their own, and the machine keeps what it
 * has.
 * @template T
 * @param {() => Promise<T>} install
 */
async function withoutCluster(install) {
  const file = `${clusterSettings}/sallyport-tests.conf`
  await mkdir(clusterSettings, { recursive: true })
  await writeFile(file, 'create_main_cluster = false\n')
  try {
    return await install()
  } finally {
    await rm(file, { force: true })
  }
}

/** The service of strongswan-starter, which strongswan-charon depends on, and its other name. */
const services = ['strongswan-starter.service', 'ipsec.service']

/**
 * strongswan-starter would start a charon on the machine's own network, now and at each boot. Ours run in the namespaces
 * of gateways, so that one is kept off. Where the starter was there before us it is the operator's, and left as it is.
 * @template T
 * @param {readonly string[]} packages
 * @param {() => Promise<T>} install
 */
async function withoutStarter(packages, install) {
  const brings = packages.includes('strongswan-charon') && (await missingOf(['strongswan-starter'])).length > 0
  return brings ? withoutServices(services, 'ipsec', install) : install()
}

/**
 * Installs what would start services, without them, now and at the next boot.
 * @template T
 * @param {readonly string[]} units of systemd
 * @param {string} script of machines without it
 * @param {() => Promise<T>} install
 */
async function withoutServices(units, script, install) {
  const hasSystemd = existsSync('/run/systemd/system')
  // Until the next boot only: a set-up that is cut off leaves no riddle behind.
  if (hasSystemd) await capture(['systemctl', 'mask', '--runtime', ...units])
  try {
    return await install()
  } finally {
    if (hasSystemd) await capture(['systemctl', 'unmask', '--runtime', ...units])
    if (hasSystemd) await capture(['systemctl', 'disable', ...units])
    else await capture(['update-rc.d', script, 'disable'])
  }
}

/** Where no dpkg knows: the programs themselves, in the places where distributions put them. */
const programs = {
  charon: ['/usr/lib/ipsec/charon', '/usr/libexec/ipsec/charon', '/usr/libexec/strongswan/charon'],
  ip: ['/usr/sbin/ip', '/sbin/ip', '/usr/bin/ip'],
  sysctl: ['/usr/sbin/sysctl', '/sbin/sysctl', '/usr/bin/sysctl'],
  modprobe: ['/usr/sbin/modprobe', '/sbin/modprobe', '/usr/bin/modprobe'],
}
const clientPrograms = { openstack: ['/usr/bin/openstack', '/usr/local/bin/openstack'] }
const programSets = {
  gateway: programs,
  test: {
    ...programs,
    swanctl: ['/usr/sbin/swanctl', '/usr/bin/swanctl'],
    tcpdump: ['/usr/bin/tcpdump', '/usr/sbin/tcpdump'],
    ping: ['/usr/bin/ping', '/bin/ping'],
    unshare: ['/usr/bin/unshare'],
    curl: ['/usr/bin/curl'],
    ...clientPrograms,
  },
  clients: { ...clientPrograms, keystone: ['/usr/bin/keystone-manage'], openssl: ['/usr/bin/openssl'] },
  prometheus: { promtool: ['/usr/bin/promtool', '/usr/local/bin/promtool'] },
  postgres: { 'a PostgreSQL server': ['/usr/lib/postgresql', '/usr/bin/initdb'] },
  guest: { 'linux.uml': ['/usr/bin/linux.uml'] },
}

/** @param {keyof typeof sets} which @returns {Missing | undefined} */
function missingPrograms(which) {
  const wanted = Object.entries(programSets[which])
  const missing = wanted.filter(([, places]) => !places.some((place) => existsSync(place))).map(([name]) => name)
  if (missing.length === 0) return undefined
  return { missing, help: 'Install it with the package manager here (strongSwan means charon and its plugins).' }
}
