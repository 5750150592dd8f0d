import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXIT, UserError } from '../../capture/user-error.ts';
import { parseToml, type TomlEntry } from './toml.ts';

const MOST_BYTES = 1 << 20;

/** What a settings file says; a file that is not there says nothing. */
export interface ConfigFile {
  readonly path: string;
  readonly entries: readonly TomlEntry[];
  /** With file and line, ready to be shown. */
  readonly problems: readonly string[];
}

/** `$XDG_CONFIG_HOME/sockscope`, else `~/.config/sockscope` (XDG Base Directory Specification: a relative path is not valid). */
export function configDirectory(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const { XDG_CONFIG_HOME } = env;
  const base = XDG_CONFIG_HOME?.startsWith('/') ? XDG_CONFIG_HOME : join(homedir(), '.config');
  return join(base, 'sockscope');
}

/** Reads `config.toml` and its like in the settings directory. What cannot be read is a problem, never an error. */
export function readConfigFile(name: string): ConfigFile {
  const path = join(configDirectory(), name);
  try {
    const { size } = statSync(path);
    if (size > MOST_BYTES)
      return { path, entries: [], problems: [`${path} has ${size} bytes: too many for settings`] };
    const { entries, problems } = parseToml(readFileSync(path, 'utf8'));
    return { path, entries, problems: problems.map(({ line, message }) => `${path}:${line}: ${message}`) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === null) throw error;
    const isMissing = code === 'ENOENT' || code === 'ENOTDIR';
    return { path, entries: [], problems: isMissing ? [] : [`${path} cannot be read: ${code}`] };
  }
}

/** Writes a settings file whole: beside it first, then in its place. Throws a UserError. */
export function writeConfigFile(name: string, text: string): string {
  const directory = configDirectory();
  const path = join(directory, name);
  const beside = `${path}.${process.pid}.new`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(beside, text, { flag: 'wx' });
    keepMode(path, beside);
    renameSync(beside, path);
    return path;
  } catch (error) {
    rmSync(beside, { force: true });
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UserError(`${path} cannot be written: ${error.code}`, {
      hint: 'see that the directory is yours, or set XDG_CONFIG_HOME',
      exitCode: EXIT.failed,
    });
  }
}

function keepMode(from: string, to: string): void {
  try {
    chmodSync(to, statSync(from).mode & 0o777);
  } catch {
    // There was none before.
  }
}
