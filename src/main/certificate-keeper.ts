import { stat } from 'node:fs/promises'
import type { Server } from 'node:net'
import { Server as TlsServer } from 'node:tls'
import type { Clock } from '../model/clock.ts'
import type { Log } from '../model/log.ts'
import { type Certificate, type CertificateFiles, complaintAbout, readCertificate } from './certificate.ts'

/** Between two looks at the files. Not by the kernel's notices: renewals rename files and links, also of folders above. */
const lookEveryMs = 2_000

/**
 * Takes a certificate up when its files change, and when somebody sends SIGHUP, without a restart: connections that are
 * open keep the old one. Files that do not go together are not taken up, and said to be wrong once; the old certificate
 * stays.
 */
export function startCertificateKeeper({
  files,
  server,
  clock,
  log,
  onTaken,
}: {
  readonly files: CertificateFiles
  /** One of TLS. */
  readonly server: Server
  readonly clock: Clock
  readonly log: Log
  /** Told of each one that is taken up. */
  readonly onTaken: (certificate: Certificate) => void
}): { close(): Promise<void> } {
  const closing = new AbortController()
  const look = async () => (await Promise.all([files.certificateFile, files.keyFile].map(stateOf))).join(' ')
  let taken = look()

  async function reload(): Promise<void> {
    taken = look()
    await taken
    try {
      const certificate = await readCertificate(files)
      if (server instanceof TlsServer) server.setSecureContext(certificate.context)
      onTaken(certificate)
      log.info({ certificate: files.certificateFile, validTo: certificate.validTo }, 'certificate taken up')
      const complaint = complaintAbout(certificate, clock.now())
      if (complaint) log.warn({ certificate: files.certificateFile }, complaint)
    } catch (error) {
      log.error({ err: error }, 'the new certificate is not taken up; the old one stays')
    }
  }

  async function watch(): Promise<void> {
    let before = await taken
    while (!closing.signal.aborted) {
      await clock.sleep(lookEveryMs, closing.signal)
      const now = await look()
      // Certificate and key are two files: they are read when nobody has written them for a while.
      if (now === before && now !== (await taken)) await reload()
      before = now
    }
  }

  const reloadNow = () => void reload()
  process.on('SIGHUP', reloadNow)
  const watching = watch().catch((error: unknown) => {
    if (!closing.signal.aborted) log.error({ err: error }, 'certificate not watched any more')
  })
  return {
    async close() {
      process.off('SIGHUP', reloadNow)
      closing.abort()
      await watching
    },
  }
}

/** Changes whenever the file is written, replaced, or taken away. */
async function stateOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs } = await stat(path)
    return [dev, ino, size, mtimeMs].join(':')
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}
