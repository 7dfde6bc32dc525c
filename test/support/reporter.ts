import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/**
 * Writes the counts of a run, as JSON, into the file that `scripts/test.mjs` names. What is not a test counts as a failure
 * of its own: a file that does not load, a hook that throws, an error that nobody caught, a test that never ended.
 */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const file = process.env.SALLYPORT_TEST_COUNTS
    if (file !== undefined) writeFileSync(file, JSON.stringify(countsOf(modules, unhandled)))
  }
}

function countsOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Counts {
  const counts: Counts = { passed: 0, failed: unhandled.length, skipped: 0 }
  for (const module of modules) {
    if (hasOwnError(module)) counts.failed++
    for (const suite of module.children.allSuites()) if (hasOwnError(suite)) counts.failed++
    for (const test of module.children.allTests()) counts[outcomeOf(test)]++
  }
  return counts
}

function hasOwnError(task: TestModule | TestSuite): boolean {
  return task.errors().length > 0
}

function outcomeOf(test: TestCase): keyof Counts {
  const { state } = test.result()
  return state === 'pending' ? 'failed' : state
}
