import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const binary = fileURLToPath(new URL('../../bin/sallyport', import.meta.url))

/** Starts the service expecting it to end by itself. @returns its exit code, and all it said. */
export function failedStart(
  stateDir: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | string; readonly said: string }> {
  const everything = { PATH: process.env.PATH, SALLYPORT_STATE_DIR: stateDir, SALLYPORT_DRIVER: 'simulated', ...env }
  return new Promise((resolve) => {
    execFile(process.execPath, [binary, 'serve'], { env: everything, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, said: stdout + stderr })
    })
  })
}
