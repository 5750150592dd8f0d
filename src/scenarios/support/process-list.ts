import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const COLUMNS = 80;
/** USER_HZ, in which /proc gives times to programs: 100 on every Linux that Node runs on (time(7)). */
const TICKS_A_SECOND = 100;
/** Majors of pseudo-terminals (Documentation/admin-guide/devices.txt). */
const PTS = 136;

/**
 * The lines of `ps ax`; null where there is no such command. Procps looks itself up by its process id, which fails where /proc
 * is that of the machine and the process stands in a pid namespace of its own: then the list is made from /proc as ps makes it.
 */
export function processLines(): readonly string[] | null {
  const env = { ...process.env, COLUMNS: String(COLUMNS), LC_ALL: 'C' };
  const { stdout, status, error } = spawnSync('ps', ['ax'], { env });
  if (error !== undefined) return null;
  return status === 0 ? stdout.toString('latin1').trimEnd().split('\n') : linesOfProc();
}

/** The columns of `ps ax`, from /proc/PID/stat and cmdline (proc(5)). */
export function linesOfProc(): readonly string[] {
  const ids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  return [
    '    PID TTY      STAT   TIME COMMAND',
    ...ids.flatMap((id) => lineOf(id) ?? []).map((text) => text.slice(0, COLUMNS)),
  ];
}

/** null for a process that has ended meanwhile. */
function lineOf(id: number): string | null {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, 'latin1');
    const command = readFileSync(`/proc/${id}/cmdline`, 'latin1').replaceAll('\0', ' ').trimEnd();
    // The name may hold blanks and brackets itself.
    const end = stat.lastIndexOf(')');
    const name = stat.slice(stat.indexOf('(') + 1, end);
    const [state = '?', , , , terminal = '0', ...rest] = stat.slice(end + 2).split(' ');
    const seconds = Math.floor((Number(rest[6]) + Number(rest[7])) / TICKS_A_SECOND);
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
    const named = command === '' ? `[${name}]${state === 'Z' ? ' <defunct>' : ''}` : command;
    // As the locale C has it.
    const shown = named.replaceAll('\n', ' ').replace(/[^\x20-\x7e]/g, '?');
    return `${String(id).padStart(7)} ${terminalName(Number(terminal)).padEnd(8)} ${state.padEnd(4)} ${time.padStart(6)} ${shown}`;
  } catch {
    return null;
  }
}

function terminalName(device: number): string {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (device === 0) return '?';
  return major >= PTS && major < PTS + 8 ? `pts/${(major - PTS) * 256 + minor}` : `tty${minor}`;
}
