#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';

const main = new URL('../dist/src/main.js', import.meta.url);
const packed = new URL('../dist/packed/main.cjs', import.meta.url);
/** Commands that start from a pack of their modules: see scripts/pack.mjs. */
const PACKED = ['check', 'packets', 'convert'];

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`sockscope: Node ${process.version} is too old\n  install Node 20 or newer\n`);
  process.exit(2);
}
if (!existsSync(main)) {
  process.stderr.write('sockscope: it is not built yet\n  run scripts/setup, or: npm ci && npm run build\n');
  process.exit(2);
}
if (PACKED.includes(process.argv[2]) && existsSync(packed))
  createRequire(import.meta.url)('./packed.cjs').load('main.cjs');
else await import(main.href);
