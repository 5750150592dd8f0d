// Adds up vitest's JSON reports and prints the closing line of CI. A report that is missing, or a test that was skipped
// for any reason but the missing captures beside the project, counts as failed.
import { readFileSync } from 'node:fs';

const [broken = '0', ...reports] = process.argv.slice(2);
let passed = 0;
let failed = Number(broken);
for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    passed += report.numPassedTests;
    failed += report.numFailedTests + (report.success || report.numFailedTests > 0 ? 0 : 1);
    if (report.numPendingTests > 0) process.stdout.write(`${report.numPendingTests} skipped in ${path}\n`);
  } catch (error) {
    process.stdout.write(`no report: ${error.message}\n`);
    failed += 1;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
