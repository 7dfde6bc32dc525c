import { Command, CommanderError } from 'commander'
import { cleanUpHost } from '../agent/drivers/strongswan/cleanup.ts'
import { ConfigurationError } from '../config/load.ts'
import { createLog } from '../telemetry/log.ts'
import { main as serve } from './all-in-one.ts'
import { addCredentialCommands } from './credential-command.ts'
import { copyBetween } from './database-copy.ts'
import { addIdentityCommands } from './identity-commands.ts'
import { effectiveSettings } from './settings.ts'
import { version } from './version.ts'
import { systemClock } from './world.ts'

/** The `sallyport` command. @returns its exit code: 0 done, 1 failed, 2 asked wrongly. */
export async function main(argv: readonly string[]): Promise<number> {
  const write = (line: string) => void process.stdout.write(`${line}\n`)
  const program = new Command('sallyport')
    .description('Site-to-site IPsec VPN as a service')
    .version(version)
    .exitOverride()
  program
    .command('serve')
    .description('run API, identity and gateway agent in this process')
    .option('--config <file>', 'configuration file (YAML); the environment wins over it')
    .action(({ config }: { config?: string }) => serve(config === undefined ? [] : ['--config', config]))
  program
    .command('cleanup')
    .description('remove everything that was made on this host: gateways, bridges, daemons. Stop the service first')
    .option('--all', 'also what other installations on this host made, or left behind')
    .option('--config <file>', 'configuration file (YAML); the environment wins over it')
    .action(cleanUp)
  program
    .command('database')
    .description('the database of an installation')
    .command('copy <from> <to>')
    .description(
      'copy everything into an empty database: an absolute path, sqlite:///path or postgres://user@host/name. ' +
        'Stop the service first',
    )
    .action((from: string, to: string) => copyBetween(from, to, write))
  addIdentityCommands(program, write)
  addCredentialCommands(program, write)
  try {
    await program.parseAsync(argv, { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    process.stderr.write(`sallyport: ${error instanceof Error ? error.message : String(error)}\n`)
    return error instanceof ConfigurationError ? 2 : 1
  }
}

async function cleanUp({ config, all = false }: { readonly config?: string; readonly all?: boolean }): Promise<void> {
  const isRoot = process.getuid?.() === 0
  if (!isRoot) throw new ConfigurationError('cleanup needs root: it removes namespaces and links')
  const { stateDir, settings } = await effectiveSettings(process.env, isRoot, config)
  const log = createLog({ level: settings.log_level, pretty: process.stderr.isTTY === true })
  const { gateways, bridges, vlans, cables } = await cleanUpHost({ stateDir, ofAll: all, clock: systemClock, log })
  const counts = Object.entries({ gateways, bridges, VLANs: vlans, cables }).map(
    ([what, { length }]) => `${length} ${what}`,
  )
  process.stdout.write(`removed ${counts.join(', ')}\n`)
}
