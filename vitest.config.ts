import { defineConfig } from 'vitest/config'

/**
 * Suites by what they need. `unit` and `api` run anywhere; `postgres` is the contract of `api` once more, on a PostgreSQL
 * server that it starts itself, and what only that one has; `metrics` needs Prometheus' `promtool`; `interop` needs the
 * distribution's OpenStack clients and Keystone and the compiled program, which they speak to; `tunnel` needs root, namespaces,
 * strongSwan and those clients, and is started by `scripts/test.mjs` inside a network namespace of its own.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/structure/**/*.test.ts'] } },
      { test: { name: 'api', include: ['test/{api,store,transcripts}/**/*.test.ts'] } },
      {
        test: {
          name: 'postgres',
          include: ['test/{api,store,transcripts,postgres}/**/*.test.ts'],
          globalSetup: './test/support/postgres-setup.ts',
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      { test: { name: 'metrics', include: ['test/metrics/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'tunnel',
          include: ['test/tunnel/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts', 'test/tunnel/{first-light,fail-closed,neighbours,survival}.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
