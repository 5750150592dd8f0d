// Adds up vitest’s JSON reports, names what failed, and prints the closing line of CI. A report that is missing counts as
// failed; a test that lacks a tool has failed by itself (test/support/tools.ts).
import { readFileSync } from 'node:fs';

const MESSAGE_LINES = 12;

const [broken = '0', ...reports] = process.argv.slice(2);
let passed = 0;
let failed = Number(broken);
for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    passed += report.numPassedTests;
    failed += report.numFailedTests + (report.success || report.numFailedTests > 0 ? 0 : 1);
    if (report.numPendingTests > 0) process.stdout.write(`${report.numPendingTests} skipped in ${path}\n`);
    for (const file of report.testResults) tellFailures(file);
  } catch (error) {
    process.stdout.write(`no report: ${error.message}\n`);
    failed += 1;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

/** The log above is long: what failed stands once more at its end. */
function tellFailures({ name, status, message, assertionResults }) {
  if (status === 'failed' && message) process.stdout.write(`FAILED ${name}\n${shortened(message)}`);
  for (const test of assertionResults) {
    if (test.status !== 'failed') continue;
    process.stdout.write(`FAILED ${name}: ${test.fullName}\n${shortened(test.failureMessages.join('\n'))}`);
  }
}

function shortened(text) {
  return text
    .split('\n')
    .slice(0, MESSAGE_LINES)
    .map((line) => `    ${line}\n`)
    .join('');
}
