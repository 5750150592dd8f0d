import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { register } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { statsOf } from '../../capture/file/stats-of.ts';
import { EXIT, UserError } from '../../capture/user-error.ts';
import type { ScenarioModule } from './registry.ts';
import type { Scenario } from './scenario.ts';

/** Whether what was given for a scenario names a file instead of one of ours: './mine.js', 'mine.mjs', '/home/me/mine.ts'. */
export function isUserFile(name: string): boolean {
  return name.includes('/') || /\.[cm]?[jt]s$/.test(name);
}

const GUIDE = '`sockscope scenarios --template` prints one to start from';
const TYPED = /\.[cm]?ts$/;
let isHooked = false;

/**
 * Imports a scenario that a user wrote. `isFresh` imports it anew when it has changed since the last time. Runs the code in
 * this process, with its rights: whoever calls this must not be root for somebody else.
 * Throws a UserError (exit code 2) that names the file, and the line where there is one.
 */
export async function loadUserModule(name: string, isFresh = false): Promise<ScenarioModule> {
  const path = resolve(name);
  const changedMs = checkFile(path, name);
  if (!isHooked) {
    // It makes 'sockscope/scenario' known in any folder, and takes a .js there for a module.
    register(new URL('./user-file-hooks.js', import.meta.url));
    isHooked = true;
  }
  const url = `${pathToFileURL(path).href}${isFresh ? `?changed=${changedMs}` : ''}`;
  let module: Record<string, unknown>;
  try {
    module = (await import(url)) as Record<string, unknown>;
  } catch (error) {
    throw notLoaded(path, name, error);
  }
  checkShape(module, name);
  return module as ScenarioModule;
}

/** The time of its last change in ms. Throws where there is no such file, or this Node cannot run it. */
function checkFile(path: string, name: string): number {
  const found = statsOf(path);
  if (found === undefined)
    throw usage(
      `there is no scenario file ${name}`,
      `check the path; \`sockscope scenarios\` lists the scenarios that need none, and ${GUIDE}`,
    );
  if (!found.isFile()) throw usage(`${name} is not a file`, GUIDE);
  // Node says what it does with types in process.features.typescript: 'strip', 'transform' or false; older ones say nothing.
  const typed = 'typescript' in process.features ? process.features.typescript : false;
  if (TYPED.test(path) && !typed) {
    const compiled = name.replace(/ts$/, 'js');
    throw usage(
      `${name} is TypeScript, which this Node (${process.version}) does not run`,
      `use Node 22.18 or newer, or compile it: npx tsc --module nodenext --target es2023 --sourceMap ${name}; then sockscope run ${compiled}`,
    );
  }
  return found.mtimeMs;
}

function notLoaded(path: string, name: string, error: unknown): UserError {
  const message = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0]}` : String(error);
  const place = error instanceof SyntaxError ? placeOfSyntaxError(path) : placeOf(error, path);
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
  const hint = isMissing
    ? "a scenario may import 'sockscope/scenario', Node's own modules and files beside it"
    : `mend it and run it again; ${GUIDE}`;
  return usage(`${name}${place}: ${message}`, hint);
}

/** ':12' for the innermost frame of an error that lies in a file; '' where there is none. */
export function placeOf(error: unknown, path: string): string {
  if (!(error instanceof Error) || error.stack === undefined) return '';
  for (const line of error.stack.split('\n')) {
    const found = /(file:\/\/[^?:]*|\/[^?:]*)(?:\?[^:]*)?:(\d+):\d+\)?$/.exec(line);
    if (found === null) continue;
    const file = found[1]?.startsWith('file:') ? fileURLToPath(found[1]) : found[1];
    if (file === path) return `:${found[2]}`;
  }
  return '';
}

/** A module that cannot be parsed throws without its place; node --check prints it. */
function placeOfSyntaxError(path: string): string {
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '--check', '-'], {
    input: readFileSync(path),
    encoding: 'utf8',
  });
  const found = /:(\d+)\n/.exec(stderr);
  return found === null ? '' : `:${found[1]}`;
}

/** Says what is missing before something else trips over it. */
function checkShape(module: Record<string, unknown>, name: string): void {
  const { scenario } = module;
  if (typeof scenario !== 'object' || scenario === null)
    throw usage(
      `${name} does not export a scenario`,
      `it needs \`export const scenario = defineScenario({ … })\`; ${GUIDE}`,
    );
  const wrong = Object.entries(SHAPE).filter(
    ([key, type]) => !type.includes(kindOf((scenario as Record<string, unknown>)[key])),
  );
  if (wrong.length === 0) return;
  const list = wrong.map(([key, type]) => `${key} (a ${type[0]})`).join(', ');
  throw usage(
    `the scenario in ${name} lacks ${list}`,
    `\`defineScenario({ … })\` fills in what can be left out; ${GUIDE}`,
  );
}

const SHAPE: Readonly<Record<keyof Scenario & string, readonly string[]>> = {
  id: ['string'],
  title: ['string', 'object'],
  teaches: ['string', 'object'],
  lookFor: ['function'],
  variants: ['list'],
  protocol: ['string'],
  parameters: ['list'],
  own: ['list', 'undefined'],
  defaults: ['object'],
  network: ['function', 'undefined'],
  narrow: ['object', 'undefined'],
  questions: ['function', 'undefined'],
  validate: ['function', 'undefined'],
  servesUntilEnded: ['boolean', 'undefined'],
  roles: ['function'],
  judge: ['function'],
};

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
}

/** What a user's file is called in messages and in the session. */
export function nameOfUserFile(path: string): string {
  return basename(path);
}

/** Does something that runs a user's code; what that throws becomes a UserError with the place, unless it is one. */
export function inUserFile<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw notLoaded(resolve(name), name, error);
  }
}

/** What is wrong with a user's file, and what to do about it. */
export function usage(message: string, hint: string): UserError {
  return new UserError(message, { hint, exitCode: EXIT.usage });
}
