import { createRequire } from 'node:module';

/** The package's version; found beside the sources as well as beside the compiled files. */
export const VERSION: string = readVersion();

function readVersion(): string {
  const require = createRequire(import.meta.url);
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = require(path) as { name?: string; version?: string };
      if (name === 'sockscope' && version !== undefined) return version;
    } catch {
      // not on this level
    }
  }
  return 'unknown';
}
