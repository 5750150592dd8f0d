'use strict';

/**
 * Loads what scripts/pack.mjs made of the program: the same code in few files, and beside each of them what the engine has
 * compiled of it, so that it is not compiled anew at each start. What another version of Node compiled is not used: then it
 * starts as fast as without.
 */

const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { constants, Script } = require('node:vm');

const PLACE = join(__dirname, '../dist/packed');
/** Of every file that has been loaded: what it exports, and its script. */
const loaded = new Map();

/** What a file of the pack exports, by its name. */
function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.module.exports;
  const filename = join(PLACE, name);
  const script = new Script(
    `(function (module, exports, require, $place) {${readFileSync(filename, 'utf8')}\n})`,
    {
      filename,
      cachedData: compiled(filename),
      importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    },
  );
  const module = { exports: {} };
  loaded.set(name, { module, script });
  const find = (wanted) => (wanted.startsWith('./') ? load(wanted.slice(2)) : require(wanted));
  script.runInThisContext()(module, module.exports, find, placeOf);
  return module.exports;
}

/** The URL of what stands so relative to the pack. */
function placeOf(path) {
  return new URL(path, pathToFileURL(`${PLACE}/`)).href;
}

function compiled(filename) {
  try {
    return readFileSync(`${filename}.code`);
  } catch {
    return undefined;
  }
}

module.exports = { load, loaded, PLACE };
