import type { Command } from 'commander'
import { openServiceClient, type ServiceClient } from './service-client.ts'
import { effectiveSettings } from './settings.ts'

interface AccessKey {
  readonly access: string
  readonly secret?: string
  readonly user_id: string
  readonly status: string
  readonly create_time: string
  readonly description: string
}

interface Options {
  readonly config?: string
  readonly user?: string
  readonly description?: string
  readonly json?: boolean
}

const keys = '/identity/v3.0/OS-CREDENTIAL/credentials'

/**
 * `sallyport credential …`: keys that requests are signed with. Speaks to the running service, as its administrator.
 * @param write told each line of output
 */
export function addCredentialCommands(program: Command, write: (line: string) => void): void {
  const credential = program.command('credential').description('access keys, with which clients sign their requests')
  const configured = (name: string, description: string) =>
    credential
      .command(name)
      .description(description)
      .option('--config <file>', 'configuration file (YAML); the environment wins over it')
  const ofUser = ['--user <id>', 'id of the user; the administrator if it is not given'] as const
  const asJson = ['--json', 'print JSON'] as const

  configured('create', 'make an access key and print its secret, this once')
    .option(...ofUser)
    .option('--description <text>', 'what it is for')
    .option(...asJson)
    .action(async ({ config, user, description, json = false }: Options) => {
      const service = await serviceOf(config)
      const wanted = { ...(user !== undefined && { user_id: user }), ...(description !== undefined && { description }) }
      const made = credentialIn(await service.ask('POST', keys, { credential: wanted }))
      for (const line of json ? [JSON.stringify(made)] : variablesOf(made, service)) write(line)
    })
  configured('list', 'list the access keys of a user')
    .option(...ofUser)
    .option(...asJson)
    .action(async ({ config, user, json = false }: Options) => {
      const query = user === undefined ? '' : `?user_id=${encodeURIComponent(user)}`
      const answer = await (await serviceOf(config)).ask('GET', keys + query)
      const { credentials } = answer as { readonly credentials: readonly AccessKey[] }
      const rows = credentials.map(({ access, status, create_time, description }) =>
        [access, status.padEnd(8), create_time, description].join('  ').trimEnd(),
      )
      for (const line of json ? [JSON.stringify(credentials)] : rows) write(line)
    })
  configured('delete <access>', 'delete an access key: what it signs is refused from then on').action(
    async (access: string, { config }: Options) => {
      await (await serviceOf(config)).ask('DELETE', `${keys}/${encodeURIComponent(access)}`)
      write(`deleted ${access}`)
    },
  )
}

async function serviceOf(config: string | undefined): Promise<ServiceClient> {
  const { stateDir } = await effectiveSettings(process.env, process.getuid?.() === 0, config)
  return openServiceClient(stateDir)
}

function credentialIn(answer: unknown): AccessKey {
  return (answer as { readonly credential: AccessKey }).credential
}

/** What the cloud's tools read, so that the output can be kept in a file and sourced. */
function variablesOf({ access, secret = '' }: AccessKey, { identityUrl }: ServiceClient): string[] {
  return [
    '# The secret is shown this once. Keep it where only you can read it.',
    `export OS_AUTH_URL='${identityUrl}'`,
    `export OS_ACCESS_KEY='${access}'`,
    `export OS_SECRET_KEY='${secret}'`,
  ]
}
