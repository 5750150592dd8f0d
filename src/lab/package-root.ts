import { fileURLToPath } from 'node:url';

/** The folder of package.json, from the compiled files (dist/src/lab) as well as from the sources. */
export const PACKAGE_ROOT = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url),
);
