import { EXIT, UserError } from '../../capture/user-error.ts';
import { CALL_NAMES } from '../sockets/call-names.ts';
import { suggestion } from './nearest.ts';

/** A wait before or after a named call of one role, of one side, or of all roles: the practicals' sleep(). */
export interface Pause {
  /** 'server', 'client' (every client) or 'client 2'; null: every role. */
  readonly role: string | null;
  readonly call: string;
  readonly when: 'before' | 'after';
  readonly ms: number;
}

const LONGEST_MS = 600_000;

/** Parses 'accept=500' or 'server:recv:after=200', several with commas between. Throws a UserError (exit code 2). */
export function parsePauses(text: string): readonly Pause[] {
  return text.split(',').map((item) => parsePause(item.trim()));
}

function parsePause(item: string): Pause {
  const equals = item.lastIndexOf('=');
  if (equals < 0) throw refused(item, 'no =MS at its end');
  const parts = item.slice(0, equals).split(':');
  const last = parts.at(-1);
  const when = last === 'before' || last === 'after' ? last : null;
  if (when !== null) parts.pop();
  const call = parts.pop() ?? '';
  if (!CALL_NAMES.some((name) => name === call)) {
    throw refused(item, `no call '${call}'`, suggestion(call, CALL_NAMES));
  }
  if (parts.length > 1) throw refused(item, 'too many colons');
  return {
    role: parts.length === 0 ? null : roleName(item, parts.join()),
    call,
    when: when ?? 'before',
    ms: time(item, equals),
  };
}

function roleName(item: string, name: string): string {
  if (/^(server|client( [1-9]\d{0,3})?)$/.test(name)) return name;
  throw refused(item, `no role '${name}'`);
}

function time(item: string, equals: number): number {
  const text = item.slice(equals + 1);
  const ms = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (ms >= 0 && ms <= LONGEST_MS) return ms;
  throw refused(item, `'${text}' is no time from 0 to ${LONGEST_MS} ms`);
}

function refused(item: string, why: string, near = ''): UserError {
  return new UserError(`--pause ${item}: ${why}`, {
    hint: `${near}write [server:|client:|'client 2:']CALL[:before|:after]=MS, for example server:accept=500`,
    exitCode: EXIT.usage,
  });
}
