import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listSas, rekey } from '../../src/vici/commands.ts'
import { ViciCommandError } from '../../src/vici/errors.ts'
import type { IkeSa } from '../../src/vici/sas.ts'
import { ViciSession } from '../../src/vici/session.ts'
import type { TwoSites } from './two-sites.ts'
import { until } from './until.ts'

/** Looks at, and does harm to, the key exchange daemon of Sallyport's gateway, past the service. */

const runDirectory = ({ service, made }: TwoSites) => join(service.stateDir, 'gateways', made.router.id, 'run')

export async function daemonPid(sites: TwoSites): Promise<number> {
  return Number(await readFile(join(runDirectory(sites), 'charon.pid'), 'utf8'))
}

export async function killDaemon(sites: TwoSites): Promise<void> {
  process.kill(await daemonPid(sites), 'SIGKILL')
}

/** The daemon's own account of its IKE SAs. */
export async function daemonSas(sites: TwoSites): Promise<readonly IkeSa[]> {
  const session = await ViciSession.connect(join(runDirectory(sites), 'charon.vici'))
  try {
    return await listSas(session)
  } finally {
    await session.close()
  }
}

/**
 * Gives the one installed child new keys, and waits until it has them.
 * @returns the names of the child before and after
 */
export async function rekeyChild(sites: TwoSites): Promise<readonly [number, number]> {
  const session = await ViciSession.connect(join(runDirectory(sites), 'charon.vici'))
  const installed = async () =>
    (await listSas(session)).flatMap(({ children }) => children.filter(({ state }) => state === 'INSTALLED'))
  try {
    const before = await until(
      async () => {
        const [child, ...others] = await installed()
        return others.length === 0 && child !== undefined && (await isBegun(session, child.uniqueId)) && child
      },
      { what: 'a child to rekey' },
    )
    const after = await until(async () => (await installed()).find(({ uniqueId }) => uniqueId !== before.uniqueId), {
      what: 'the new child',
    })
    return [before.uniqueId, after.uniqueId]
  } finally {
    await session.close()
  }
}

/** Whether it was there: the agent may have renewed its keys in the same moment. */
async function isBegun(session: ViciSession, childId: number): Promise<boolean> {
  try {
    return (await rekey(session, { childId })) > 0
  } catch (error) {
    if (error instanceof ViciCommandError && error.isNotFound) return false
    throw error
  }
}
