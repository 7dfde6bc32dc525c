import { rename, stat } from 'node:fs/promises'
import type { Requester } from '../../../vici/commands.ts'
import { reloadSettings } from '../../../vici/commands.ts'
import type { GatewayFiles } from './files.ts'

const maxLogBytes = 8 * 1024 * 1024

/** Keeps the daemon's log and one before it. Reloading its settings makes charon open the file anew. */
export async function boundDaemonLog({ daemonLog }: GatewayFiles, session: Requester): Promise<void> {
  const { size } = await stat(daemonLog)
  if (size < maxLogBytes) return
  await rename(daemonLog, `${daemonLog}.1`)
  await reloadSettings(session)
}
