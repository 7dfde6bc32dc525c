import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, mkdir, open, readFile, rename, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Files of one installation. */

export function defaultStateDir(isRoot: boolean): string {
  return isRoot ? '/var/lib/sallyport' : join(homedir(), '.local', 'share', 'sallyport')
}

/** Makes the directory, readable by its owner only. */
export async function ensureStateDir(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chmod(path, 0o700)
}

/**
 * The master key: 32 bytes, base64, in a file that only its owner may read. Made at the first start.
 * @throws Error when others may read it, or it is no such key.
 */
export async function masterKey(path: string): Promise<Uint8Array> {
  if (!(await exists(path))) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writePrivately(path, `${randomBytes(32).toString('base64')}\n`)
  }
  const { mode } = await stat(path)
  if ((mode & 0o077) !== 0) {
    throw new Error(`${path} can be read by others (mode ${(mode & 0o777).toString(8)}); chmod 600 it`)
  }
  const key = Buffer.from((await readFile(path, 'utf8')).trim(), 'base64')
  if (key.length !== 32) throw new Error(`${path} is no master key: it has to be 32 bytes in base64`)
  return key
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false
    throw error
  }
}

/** Writes a file of mode 0600 as a whole or not at all, and to the disk. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  const file = await open(draft, 'w', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
}
