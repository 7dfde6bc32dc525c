import { root } from './run.mjs'

/**
 * First process of the world: a shell, because it also buries the orphans that end before it. The script is fixed; what it
 * runs are its arguments. The last word on what outlived the command is `leftovers.mjs`.
 */
const script = `
set -e
ip link set lo up
mkdir -p /run/netns
mount -t tmpfs tmpfs /run/netns
leftovers=$1 node=$2 look=$3
shift 3
code=0
"$@" || code=$?
"$node" "$look" "$leftovers"
exit $code
`

/**
 * The command in a network, a set of mounts and a process table of its own: it cannot touch the machine's network, and
 * the kernel ends every process and removes every namespace of it when its first process ends, also when that is killed.
 * @param {readonly string[]} command
 * @param {string} leftoversFile gets the names of the processes that outlived the command, a line each
 */
export function privateWorld(command, leftoversFile) {
  const namespaces = ['--net', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc']
  const shell = ['sh', '-c', script, 'sh', leftoversFile, process.execPath, `${root}scripts/leftovers.mjs`]
  return ['unshare', ...namespaces, '--', ...shell, ...command]
}
