import { text as textOf } from 'node:stream/consumers'
import { type Command, Option } from 'commander'
import { ConfigurationError } from '../config/load.ts'
import { Secret } from '../model/secret.ts'
import { generatePassword } from './credentials.ts'
import { IdentityClient } from './identity-client.ts'
import { effectiveSettings } from './settings.ts'

/** `sallyport user …`, `project …` and `role …`: people and projects of an installation that runs. */

interface Common {
  readonly config?: string
  readonly domain: string
}

type Identity = Awaited<ReturnType<typeof IdentityClient.open>>
type Found = Awaited<ReturnType<Identity['find']>>

/** Where commands write, a line at a time. */
type Write = (line: string) => void

export function addIdentityCommands(program: Command, write: Write): void {
  addUserCommands(program, write)
  addProjectCommands(program, write)
  addRoleCommands(program, write)
}

function common(command: Command): Command {
  return command
    .option('--config <file>', 'configuration file (YAML); the environment wins over it')
    .option('--domain <name>', 'domain of users and projects', 'Default')
}

/** Opens the installation's identity API, and finds the domain that was named. */
async function opened({
  config,
  domain,
}: Common): Promise<{ readonly identity: Identity; readonly domain_id: string }> {
  const { stateDir } = await effectiveSettings(process.env, process.getuid?.() === 0, config)
  const identity = await IdentityClient.open(stateDir)
  return { identity, domain_id: String((await identity.find('domains', domain)).id) }
}

const passwordStdin = new Option('--password-stdin', 'read the password from standard input; one is made up otherwise')

/** What is typed on a command line is seen by everybody on the machine: passwords are read, or made up and shown once. */
async function chosenPassword(fromStdin: boolean, write: Write): Promise<Secret> {
  if (!fromStdin) {
    const password = generatePassword()
    write(`password: ${password.reveal()}`)
    return password
  }
  const given = (await textOf(process.stdin)).replace(/\r?\n$/, '')
  if (given === '') throw new ConfigurationError('standard input has no password')
  return new Secret(given)
}

function addUserCommands(program: Command, write: Write): void {
  const users = program.command('user').description('users of this installation, which has to run')
  common(users.command('create <name>'))
    .description('make a user')
    .option('--project <name>', 'give it a role in this project, and make that its default')
    .option('--role <name>', 'the role', 'member')
    .addOption(passwordStdin)
    .action(async (name: string, options: Common & { project?: string; role: string; passwordStdin?: boolean }) => {
      const { identity, domain_id } = await opened(options)
      const project = options.project && (await identity.find('projects', options.project, { domain_id }))
      const role = project && (await identity.find('roles', options.role))
      const password = await chosenPassword(options.passwordStdin ?? false, write)
      const { user } = await identity.call('POST', '/users', {
        user: {
          name,
          domain_id,
          password: password.reveal(),
          ...(project && { default_project_id: project.id }),
        },
      })
      const id = String(Reflect.get(Object(user), 'id'))
      if (project && role) await identity.call('PUT', `/projects/${project.id}/users/${id}/roles/${role.id}`)
      write(`${id} ${name}`)
    })
  common(users.command('list'))
    .description('list the users')
    .action(async (options: Common) => {
      const { identity, domain_id } = await opened(options)
      for (const user of await identity.list('users', { domain_id })) write(lineOf(user))
    })
  common(users.command('set-password <name>'))
    .description('give a user another password; all its tokens end')
    .addOption(passwordStdin)
    .action(async (name: string, options: Common & { passwordStdin?: boolean }) => {
      const { identity, domain_id } = await opened(options)
      const user = await identity.find('users', name, { domain_id })
      const password = await chosenPassword(options.passwordStdin ?? false, write)
      await identity.call('PATCH', `/users/${user.id}`, { user: { password: password.reveal() } })
      await identity.keepPassword(user, password)
      write(`${name} has a new password`)
    })
  common(users.command('delete <name>'))
    .description('delete a user, with its tokens, roles and application credentials')
    .action((name: string, options: Common) => removeOne('users', name, options, write))
}

function addProjectCommands(program: Command, write: Write): void {
  const projects = program.command('project').description('projects of this installation, which has to run')
  common(projects.command('create <name>'))
    .description('make a project')
    .option('--description <text>', 'anything worth knowing about it', '')
    .action(async (name: string, options: Common & { description: string }) => {
      const { identity, domain_id } = await opened(options)
      const { description } = options
      const { project } = await identity.call('POST', '/projects', { project: { name, domain_id, description } })
      write(`${Reflect.get(Object(project), 'id')} ${name}`)
    })
  common(projects.command('list'))
    .description('list the projects')
    .action(async (options: Common) => {
      const { identity, domain_id } = await opened(options)
      for (const project of await identity.list('projects', { domain_id })) write(lineOf(project))
    })
  common(projects.command('delete <name>'))
    .description('delete a project that owns nothing any more')
    .action((name: string, options: Common) => removeOne('projects', name, options, write))
}

interface Grant extends Common {
  readonly user: string
  readonly project?: string
  readonly onDomain?: boolean
}

function addRoleCommands(program: Command, write: Write): void {
  const roles = program.command('role').description('roles of users, in projects or on a domain')
  const granting = (name: string, says: string, method: string, done: string) =>
    common(roles.command(`${name} <role>`))
      .description(says)
      .requiredOption('--user <name>', 'whose')
      .option('--project <name>', 'in this project')
      .option('--on-domain', 'on the domain itself')
      .action(async (roleName: string, options: Grant) => {
        if ((options.project === undefined) !== (options.onDomain ?? false)) {
          throw new ConfigurationError('say either --project NAME or --on-domain')
        }
        const { identity, domain_id } = await opened(options)
        const user = await identity.find('users', options.user, { domain_id })
        const role = await identity.find('roles', roleName)
        const target =
          options.project === undefined
            ? `/domains/${domain_id}`
            : `/projects/${(await identity.find('projects', options.project, { domain_id })).id}`
        await identity.call(method, `${target}/users/${user.id}/roles/${role.id}`)
        write(`${options.user} ${done} ${roleName}`)
      })
  granting('add', 'give a user a role', 'PUT', 'has the role')
  granting('remove', 'take a role from a user; its tokens there end', 'DELETE', 'no longer has the role')
}

async function removeOne(kind: 'users' | 'projects', name: string, options: Common, write: Write): Promise<void> {
  const { identity, domain_id } = await opened(options)
  const { id } = await identity.find(kind, name, { domain_id })
  await identity.call('DELETE', `/${kind}/${id}`)
  write(`deleted ${name}`)
}

function lineOf({ id, name, enabled }: Found): string {
  return `${id} ${name}${enabled === false ? ' (disabled)' : ''}`
}
