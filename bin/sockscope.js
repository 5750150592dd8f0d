#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const MAIN = join(__dirname, '../dist/src/main.js');
const PACK = join(__dirname, '../dist/packed/main.cjs');
/** Commands that start from a pack of their modules: see scripts/pack.mjs. */
const PACKED = ['check', 'packets', 'convert'];

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`sockscope: Node ${process.version} is too old\n  install Node 20 or newer\n`);
  process.exit(2);
}
if (!existsSync(MAIN)) {
  process.stderr.write('sockscope: it is not built yet\n  run scripts/setup, or: npm ci && npm run build\n');
  process.exit(2);
}
if (PACKED.includes(process.argv[2]) && existsSync(PACK)) require('./packed.cjs').load('main.cjs');
else void import(require('node:url').pathToFileURL(MAIN).href);
