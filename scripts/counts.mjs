/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * What a suite's reporter wrote, made true to how its process ended: a suite that broke down must not count as passed.
 * @param {string | undefined} written `undefined`: it wrote nothing
 * @param {{ code: number, mayBeEmpty: boolean }} run
 * @returns {{ counts: Counts, complaint?: string }}
 */
export function countsOf(written, { code, mayBeEmpty }) {
  const counts = parse(written)
  if (counts === undefined) {
    return { counts: { passed: 0, failed: 1, skipped: 0 }, complaint: `ended with ${code} before it counted its tests` }
  }
  if (counts.failed === 0 && code !== 0) {
    return { counts: { ...counts, failed: 1 }, complaint: `ended with ${code} although no test failed` }
  }
  if (sum(counts) === 0 && !mayBeEmpty) {
    return { counts: { ...counts, failed: 1 }, complaint: 'has no tests' }
  }
  return { counts }
}

/** @param {string | undefined} written @returns {Counts | undefined} */
function parse(written) {
  if (written === undefined) return undefined
  try {
    const { passed, failed, skipped } = JSON.parse(written)
    return [passed, failed, skipped].every(Number.isSafeInteger) ? { passed, failed, skipped } : undefined
  } catch {
    return undefined
  }
}

/** @param {Counts} counts */
function sum({ passed, failed, skipped }) {
  return passed + failed + skipped
}

/** @param {readonly Counts[]} all @returns {Counts} */
export function total(all) {
  return {
    passed: all.reduce((before, { passed }) => before + passed, 0),
    failed: all.reduce((before, { failed }) => before + failed, 0),
    skipped: all.reduce((before, { skipped }) => before + skipped, 0),
  }
}

/** The line that people and machines read last. @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
