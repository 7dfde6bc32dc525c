/** Inside a private world, after its command: writes what still runs there into the file named as the argument. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A daemon that was told to end, or a worker whose parent just ended, may need a moment. */
const patienceMs = 3_000
const pauseMs = 100

function running() {
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== '1' && name !== `${process.pid}`)
  return others.flatMap((pid) => nameOf(pid) ?? [])
}

/** @param {string} pid @returns {string | undefined} `undefined`: it ended */
function nameOf(pid) {
  try {
    // `pid (name) state …`, where the name may hold anything.
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '')[0]
    if (state === 'Z') return undefined
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trim()
    return words || readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return undefined
  }
}

let left = running()
for (let waitedMs = 0; left.length > 0 && waitedMs < patienceMs; waitedMs += pauseMs) {
  await pause(pauseMs)
  left = running()
}
writeFileSync(`${process.argv[2]}`, left.join('\n'))
