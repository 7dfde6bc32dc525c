import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { rename, writeFile } from 'node:fs/promises'

/** A certificate that vouches for itself, and its key, in PEM. */
export interface TestCertificate {
  readonly certificate: string
  readonly key: string
  readonly serial: string
}

const dayMs = 24 * 3600 * 1000

/**
 * Made here, because a machine that tests need not have `openssl`: for localhost and 127.0.0.1, P-256 (RFC 5280).
 * @param days from now that it is good for; less than none: it has expired
 */
export function aCertificate(days = 365): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(8)])
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const name = sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from('Sallyport test')))))
  const time = (at: number) => tlv(0x18, Buffer.from(`${new Date(at).toISOString().replace(/\.\d+Z|[-:T]/g, '')}Z`))
  const end = Date.now() + days * dayMs
  const names = sequence(tlv(0x82, Buffer.from('localhost')), tlv(0x87, Buffer.from([127, 0, 0, 1])))
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    ecdsaWithSha256,
    name,
    sequence(time(Math.min(end, Date.now()) - 30 * dayMs), time(end)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(sequence(oid('551d11'), tlv(0x04, names)))),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, privateKey)])
  const whole = sequence(toBeSigned, ecdsaWithSha256, tlv(0x03, signature))
  return {
    certificate: pem('CERTIFICATE', whole),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    serial: serial.toString('hex').toUpperCase(),
  }
}

/** Puts the files where they are expected, as a renewal does: each replaced as a whole. */
export async function place(
  { certificate, key }: TestCertificate,
  files: { readonly certificate: string; readonly key: string },
): Promise<void> {
  await writeFile(`${files.certificate}.new`, certificate)
  await rename(`${files.certificate}.new`, files.certificate)
  await writeFile(`${files.key}.new`, key, { mode: 0o600 })
  await rename(`${files.key}.new`, files.key)
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, ...parts)
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'))
}

/** Tag, length and value of DER. */
function tlv(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const length = value.length
  const header = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...header]), value])
}
