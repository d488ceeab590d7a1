// All tests from a fresh clone: installs what is missing, checks, builds, runs, counts.
// in:  files or names to narrow the tests to     out: `N passed, N failed, N skipped`, last
// usage: npm test [-- FILTER...]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installChromium } from './browser.mjs';
import { buildDeclarations, buildModules, copyBesides } from './build.mjs';
import { runChecks } from './check.mjs';
import { installFonts } from './fonts.mjs';
import { installPackages, root } from './packages.mjs';

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */
/** @typedef {{ status: string, assertionResults: { status: string }[] }} File */

installPackages();
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const check of runChecks()) counts[check.passed ? 'passed' : 'failed']++;
await count('build', async () => {
  await buildModules();
  buildDeclarations();
  copyBesides();
});
await count('fonts', () => {
  const missing = installFonts();
  if (missing) throw new Error(missing);
});
await count('browser', () => {
  process.env['CHROMIUM_PATH'] = installChromium();
});
const tests = runTests(process.argv.slice(2));
for (const key of /** @type {const} */ (['passed', 'failed', 'skipped'])) counts[key] += tests[key];

process.exitCode = counts.failed > 0 ? 1 : 0;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);

/**
 * A step of the set-up is a test like the others: one that fails is counted, and the rest goes on.
 * @param {string} name
 * @param {() => void | Promise<void>} step
 */
async function count(name, step) {
  try {
    await step();
    counts.passed++;
    console.log(`ok     ${name}`);
  } catch (error) {
    counts.failed++;
    console.log(`FAILED ${name}\n${error instanceof Error ? error.message : error}`);
  }
}

/** @returns {Counts} */
function runTests(/** @type {string[]} */ filters) {
  const folder = mkdtempSync(join(tmpdir(), 'whorl-tests-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = `${root}/node_modules/vitest/vitest.mjs`;
  const args = [vitest, 'run', ...reporters, ...filters];
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 1, 2] });
  try {
    return readCounts(JSON.parse(readFileSync(report, 'utf8')), run.status === 0);
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A file or a set-up that failed has no failed test to count, and an error between tests belongs
 * to none.
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number,
 *   numTodoTests: number, testResults: File[] }} report
 * @param {boolean} succeeded
 * @returns {Counts}
 */
function readCounts(report, succeeded) {
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((r) => r.status !== 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !succeeded ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
