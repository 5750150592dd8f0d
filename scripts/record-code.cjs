'use strict';

// Runs a packed command, and keeps beside each file what has been compiled of it by the end.
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { load, loaded, PLACE } = require('../bin/packed.cjs');

process.on('exit', () => {
  for (const [name, { script }] of loaded)
    writeFileSync(join(PLACE, `${name}.code`), script.createCachedData());
});
load('main.cjs');
