import { describe, expect, it } from 'vitest'
import { fingerprintOf } from '../../scripts/build.mjs'
import { closingLine, countsOf, total } from '../../scripts/counts.mjs'
import { holds, stampOf } from '../../scripts/node-modules.mjs'
import { privateWorld } from '../../scripts/private-world.mjs'
import { filtersOf, suites, suitesFor, testFiles } from '../../scripts/suites.mjs'
import { notInstalled } from '../../scripts/system-packages.mjs'
import configuration from '../../vitest.config.ts'

/** Of the globs that vitest.config.ts uses: any folders, any name, one of these. */
function asPattern(glob: string): RegExp {
  const pattern = glob
    .replaceAll('.', '\\.')
    .replaceAll(/\{(.*?)\}/g, (_, names: string) => `(${names.replaceAll(',', '|')})`)
  return new RegExp(`^${pattern.replaceAll(/(\*\*\/)|\*/g, (_, folders) => (folders ? '(.*/)?' : '[^/]*'))}$`)
}

describe('the closing line', () => {
  it('leaves out what is not there', () => {
    expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed')
    expect(closingLine({ passed: 12, failed: 1, skipped: 3 })).toBe('12 passed, 1 failed, 3 skipped')
  })

  it('adds up', () => {
    const all = [
      { passed: 1, failed: 2, skipped: 3 },
      { passed: 10, failed: 20, skipped: 30 },
    ]
    expect(total(all)).toEqual({ passed: 11, failed: 22, skipped: 33 })
  })
})

describe('the counts of a suite', () => {
  const good = { code: 0, mayBeEmpty: false }

  it('are those of its reporter', () => {
    const counts = { passed: 3, failed: 1, skipped: 2 }
    expect(countsOf(JSON.stringify(counts), { ...good, code: 1 })).toEqual({ counts })
  })

  it.each([
    ['nothing written', undefined, good],
    ['something else written', '{"passed":1}', good],
    ['half of it written', '{"passed":1,', good],
    ['a bad end in spite of passed tests', '{"passed":5,"failed":0,"skipped":0}', { ...good, code: 1 }],
    ['no tests', '{"passed":0,"failed":0,"skipped":0}', good],
  ])('are a failure with a reason: %s', (_, written, run) => {
    const { counts, complaint } = countsOf(written, run)
    expect(counts.failed).toBe(1)
    expect(complaint).toBeTypeOf('string')
  })

  it('may be empty where arguments chose the tests', () => {
    const { counts } = countsOf('{"passed":0,"failed":0,"skipped":0}', { code: 0, mayBeEmpty: true })
    expect(counts.failed).toBe(0)
  })
})

describe('the suites', () => {
  it('are the projects of vitest.config.ts, hold the same files, and hold every file', async () => {
    const projects = (configuration.test?.projects ?? []).flatMap((project) =>
      typeof project === 'object' && 'test' in project && project.test ? [project.test] : [],
    )
    expect(suites.map(({ name }) => name)).toEqual(projects.map(({ name }) => name))
    for (const file of await testFiles()) {
      const including = projects.filter(({ include }) => include?.some((glob) => asPattern(glob).test(file)))
      expect(including.length, file).toBeGreaterThan(0)
      const holding = suites.filter((suite) => suite.holds(file))
      expect(
        holding.map(({ name }) => name),
        file,
      ).toEqual(including.map(({ name }) => name))
    }
  })

  it('are chosen by parts of the names of their files', () => {
    const files = [
      'src/vici/session.test.ts',
      'test/api/http.test.ts',
      'test/interop/keystone.test.ts',
      'test/interop/openstack-cli.test.ts',
      'test/tunnel/driver.test.ts',
      'test/kernel/wire.test.ts',
    ]
    const names = (filters: string[]) => suitesFor(filters, files).map(({ name }) => name)
    expect(names([])).toEqual(['unit', 'api', 'postgres', 'metrics', 'interop', 'tunnel', 'kernel'])
    expect(names(['tunnel/'])).toEqual(['tunnel'])
    expect(names(['openstack-cli'])).toEqual(['interop'])
    expect(names(['kernel/'])).toEqual(['kernel'])
    expect(names(['./test/api', 'session'])).toEqual(['unit', 'api', 'postgres'])
    expect(names(['nowhere'])).toEqual([])
  })

  it('leave the options to vitest', () => {
    expect(filtersOf(['session', '-t', 'cut'])).toEqual(['session'])
    expect(filtersOf(['-t', 'cut'])).toEqual([])
    expect(filtersOf(['session'])).toEqual(['session'])
  })

  it('run a command of the private world as a list', () => {
    const command = ['node', 'a file', '$(ls)']
    expect(privateWorld(command, '/tmp/left').slice(-command.length)).toEqual(command)
  })
})

describe('the stamp of node_modules', () => {
  it('changes with the lock file and with the major version of Node', () => {
    expect(stampOf('a', '20.19.0')).toBe(stampOf('a', '20.20.2'))
    expect(stampOf('a', '20.19.0')).not.toBe(stampOf('b', '20.19.0'))
    expect(stampOf('a', '20.19.0')).not.toBe(stampOf('a', '22.1.0'))
  })

  it('is given to what npm installed by hand from the same lock file', () => {
    const lock = {
      packages: { '': {}, a: { version: '1.0.0' }, 'a-darwin': { version: '1.0.0', optional: true } },
    }
    expect(holds({ packages: { a: { version: '1.0.0' } } }, lock)).toBe(true)
    expect(holds({ packages: { a: { version: '2.0.0' } } }, lock)).toBe(false)
    expect(holds({ packages: {} }, lock)).toBe(false)
    expect(holds({ packages: { a: { version: '1.0.0' }, b: { version: '1.0.0' } } }, lock)).toBe(false)
  })
})

describe('the fingerprint of the sources', () => {
  it('does not depend on the order', () => {
    expect(
      fingerprintOf([
        ['a', '1'],
        ['b', '2'],
      ]),
    ).toBe(
      fingerprintOf([
        ['b', '2'],
        ['a', '1'],
      ]),
    )
  })

  it.each([
    ['another content', [['a', '2']]],
    ['another name', [['b', '1']]],
    [
      'a file more',
      [
        ['a', '1'],
        ['b', ''],
      ],
    ],
    ['another border', [['a1', '']]],
  ])('sees %s', (_, files) => {
    expect(fingerprintOf(files)).not.toBe(fingerprintOf([['a', '1']]))
  })
})

describe('the packages of the distribution', () => {
  it('are missing unless they are installed', () => {
    const listed = 'kmod installed\nprocps config-files\ntcpdump not-installed\n'
    expect(notInstalled(['kmod', 'procps', 'tcpdump', 'nftables'], listed)).toEqual(['procps', 'tcpdump', 'nftables'])
  })
})
