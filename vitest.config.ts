import { defineConfig } from 'vitest/config'

/**
 * Three suites by what they need. `unit` and `api` run anywhere; `tunnel` needs root, namespaces and strongSwan
 * and is started by `scripts/test.mjs` inside a network namespace of its own.
 */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'test/structure/**/*.test.ts'] } },
      { test: { name: 'api', include: ['test/{api,store,transcripts}/**/*.test.ts'] } },
      {
        test: {
          name: 'tunnel',
          include: ['test/tunnel/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
