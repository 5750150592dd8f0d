#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/src/main.js', import.meta.url);
if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`sockscope: Node ${process.version} is too old\n  install Node 20 or newer\n`);
  process.exit(2);
}
if (!existsSync(main)) {
  process.stderr.write('sockscope: it is not built yet\n  run scripts/setup, or: npm ci && npm run build\n');
  process.exit(2);
}
await import(main.href);
