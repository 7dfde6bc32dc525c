/** `npm start`: what a clean clone lacks, then the service in this process. Arguments after `--` are the service's. */
import { launch, root, SetUpError } from './run.mjs'
import { ensureBuild, ensureNodeModules, ensureSystemPackages } from './setup.mjs'

await launch(async () => {
  const isSimulated = process.env.SALLYPORT_DRIVER === 'simulated'
  if (!isSimulated && process.getuid?.() !== 0) {
    throw new SetUpError(
      'Real tunnels need root: Sallyport makes network namespaces and runs charon in them.\n' +
        '  sudo npm start                            the service, with real tunnels\n' +
        '  SALLYPORT_DRIVER=simulated npm start      try the API without root; no packet will flow',
    )
  }
  await ensureNodeModules()
  await ensureBuild()
  if (!isSimulated) {
    const missing = await ensureSystemPackages('gateway')
    if (missing) throw new SetUpError(`Real tunnels need ${missing.missing.join(', ')}. ${missing.help}`)
  }
  const { main } = await import(`${root}dist/main/all-in-one.js`)
  await main(process.argv.slice(2))
})
