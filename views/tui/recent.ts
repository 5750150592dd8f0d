import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const MOST = 10;
/** It cannot be opened again. */
const STANDARD_INPUT = '-';

/** Captures that were opened before and are still there, the newest first. */
export function recentFiles(): readonly string[] {
  return rememberedFiles().filter((path) => existsSync(path));
}

/** None where that cannot be read. */
function rememberedFiles(): readonly string[] {
  try {
    const list: unknown = JSON.parse(readFileSync(statePath(), 'utf8'));
    return Array.isArray(list)
      ? list
          .filter((each): each is string => typeof each === 'string' && basename(each) !== STANDARD_INPUT)
          .slice(0, MOST)
      : [];
  } catch {
    return [];
  }
}

/** Puts a file on top of the list. What cannot be remembered is no trouble worth a message. */
export function rememberFile(file: string): readonly string[] {
  if (file === STANDARD_INPUT) return recentFiles();
  const path = resolve(file);
  const list = [path, ...rememberedFiles().filter((each) => each !== path)].slice(0, MOST);
  try {
    mkdirSync(dirname(statePath()), { recursive: true });
    writeFileSync(statePath(), `${JSON.stringify(list)}\n`);
  } catch {
    // A home that cannot be written to: the list stays as it was.
  }
  return recentFiles();
}

/** XDG Base Directory Specification: state that need not be kept. */
function statePath(): string {
  const { XDG_STATE_HOME } = process.env;
  const state = XDG_STATE_HOME?.startsWith('/') ? XDG_STATE_HOME : join(homedir(), '.local/state');
  return join(state, 'sockscope', 'recent.json');
}
