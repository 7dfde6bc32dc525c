import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** TLS in front of a plain server, with a certificate that only its own authority, itself, has signed. */
export class TlsFront {
  readonly #server: Server
  readonly #folder: string
  readonly certificateFile: string

  private constructor(server: Server, folder: string, certificateFile: string) {
    this.#server = server
    this.#folder = folder
    this.certificateFile = certificateFile
  }

  /** @param port of loopback, where the plain server listens */
  static async open(port: number): Promise<TlsFront> {
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-tls-'))
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')]
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
    const subject = ['-subj', '/CN=Keystone of the tests', '-addext', 'subjectAltName=IP:127.0.0.1']
    await run('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate])
    const server = createServer({ key: await readFile(key), cert: await readFile(certificate) })
    // What comes out of the TLS is passed on as it is: nobody speaks HTTP here.
    server.on('secureConnection', (secure) => {
      const plain = connect(port, '127.0.0.1')
      plain.on('error', () => secure.destroy())
      secure.on('error', () => plain.destroy())
      secure.pipe(plain).pipe(secure)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TlsFront(server, folder, certificate)
  }

  get port(): number {
    const address = this.#server.address()
    if (typeof address !== 'object' || address === null) throw new Error('it does not listen')
    return address.port
  }

  async close(): Promise<void> {
    this.#server.close()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
