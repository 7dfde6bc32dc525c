import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { SecureContextOptions } from 'node:tls'
import { ConfigurationError } from '../config/load.ts'

/** Where the certificate of the listener lies, and what is spoken with it. */
export interface CertificateFiles {
  readonly certificateFile: string
  readonly keyFile: string
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
}

export interface Certificate {
  readonly context: SecureContextOptions
  /** Vouches for itself: clients have to be given it. */
  readonly isSelfSigned: boolean
  readonly validFrom: Date
  readonly validTo: Date
}

/**
 * Reads certificate and key and sees that they go together.
 * @throws ConfigurationError in a sentence for the operator.
 */
export async function readCertificate({
  certificateFile,
  keyFile,
  minVersion,
}: CertificateFiles): Promise<Certificate> {
  const cert = await readNamed(certificateFile)
  const first = parsed(`${certificateFile} is no certificate in PEM`, () => new X509Certificate(cert))
  await refuseReadableByOthers(keyFile)
  const key = await readNamed(keyFile)
  const privateKey = parsed(`${keyFile} is no key in PEM without a passphrase`, () => createPrivateKey(key))
  refuseForeignKey(first, privateKey, { certificateFile, keyFile })
  return {
    context: { cert, key, minVersion },
    isSelfSigned: first.issuer === first.subject && first.verify(first.publicKey),
    validFrom: new Date(first.validFrom),
    validTo: new Date(first.validTo),
  }
}

const monthMs = 30 * 24 * 3600 * 1000

/** What an operator should know about when it holds; `undefined`: nothing. */
export function complaintAbout({ validFrom, validTo }: Certificate, now: number): string | undefined {
  if (now < validFrom.getTime()) return `the certificate holds from ${day(validFrom)} only`
  if (now >= validTo.getTime()) return `the certificate has expired on ${day(validTo)}`
  // Of one that is made for less than that, it would be said all the time.
  const isShort = validTo.getTime() - validFrom.getTime() <= 2 * monthMs
  if (!isShort && now >= validTo.getTime() - monthMs) return `the certificate expires on ${day(validTo)}`
  return undefined
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

async function readNamed(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ConfigurationError(`${path} cannot be read: ${wordsOf(cause)}`, { cause })
  }
}

/** A group may read it, as Debian's `ssl-cert` does. */
async function refuseReadableByOthers(path: string): Promise<void> {
  const { mode } = await stat(path).catch((cause: unknown) => {
    throw new ConfigurationError(`${path} cannot be read: ${wordsOf(cause)}`, { cause })
  })
  if ((mode & 0o007) !== 0) {
    throw new ConfigurationError(`${path} can be read by others (mode ${(mode & 0o777).toString(8)}); chmod 600 it`)
  }
}

function parsed<T>(otherwise: string, parse: () => T): T {
  try {
    return parse()
  } catch (cause) {
    throw new ConfigurationError(otherwise, { cause })
  }
}

function refuseForeignKey(
  certificate: X509Certificate,
  key: KeyObject,
  { certificateFile, keyFile }: Pick<CertificateFiles, 'certificateFile' | 'keyFile'>,
): void {
  if (!certificate.checkPrivateKey(key)) {
    throw new ConfigurationError(`the key in ${keyFile} is not that of the certificate in ${certificateFile}`)
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT') return 'there is no such file'
  if ('code' in error && error.code === 'EACCES') return 'permission denied'
  return error.message
}
