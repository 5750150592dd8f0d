import { MOST_EDITED, type StepEdit, type WaitingCall } from '../lab/protocol.ts';
import { escapeBytes, unescapeBytes } from '../sockets/escaped-bytes.ts';
import { SIGNAL_LIST, type SignalName, signalNamed } from '../sockets/user-signals.ts';
import { words as told } from '../words/words.ts';

/** A role that waits before a call in step mode, with what the user has changed of it so far. */
export interface Stopped {
  readonly call: WaitingCall;
  readonly edit: StepEdit | null;
}

/** What a typed line asks for in step mode. */
export type StepCommand =
  /** These roles make their calls. */
  | { readonly do: 'go'; readonly roles: readonly string[] }
  | { readonly do: 'edit'; readonly role: string; readonly edit: StepEdit }
  | { readonly do: 'signal'; readonly role: string; readonly signal: SignalName }
  | { readonly do: 'say'; readonly text: string };

/** A pause can be as long as the longest of --pause. */
const MOST_PAUSE_MS = 3_600_000;
/** Of changed data, in the line that says so. */
const SHOWN_BYTES = 24;

/** Reads a line of the step mode: '', 'client', 'all', 'data hello\n', 'server wait 500', 'client signal TERM', '?'. `roles` are those that run, of which others may be blocked in a call. */
export function parseStepLine(
  line: string,
  stopped: readonly Stopped[],
  roles: readonly string[] = [],
): StepCommand {
  const first = stopped[0];
  if (first === undefined) return telling(told().status.noWaiting(null));
  const signalled = /^(?:(\S.*) )?signal(?: (.*))?$/.exec(line);
  if (signalled !== null) return signalTo(signalled[1] ?? first.call.role, signalled[2] ?? '', roles);
  const role = stopped
    .map(({ call }) => call.role)
    .filter((name) => line === name || line.startsWith(`${name} `))
    .sort((a, b) => b.length - a.length)[0];
  const rest = role === undefined ? line : line.slice(role.length + 1);
  if (rest === '') return { do: 'go', roles: [role ?? first.call.role] };
  if (rest === 'all' || rest === 'a') return { do: 'go', roles: stopped.map(({ call }) => call.role) };
  const [, verb, value = ''] = /^(data|wait)(?: (.*))?$/.exec(rest) ?? [];
  const isMeant = ({ call }: Stopped): boolean =>
    role === undefined ? verb !== 'data' || call.data !== null : call.role === role;
  const chosen = stopped.find(isMeant);
  if (verb === 'data') return chosen === undefined ? telling(told().status.noData) : edited(chosen, value);
  if (verb === 'wait' && chosen !== undefined) return paused(chosen, value);
  return telling(told().texts.stepHelp);
}

/** The change that typed text makes to what a call sends; `error` says what is wrong with it. */
export function dataEdit(
  { call, edit }: Stopped,
  text: string,
): { readonly edit: StepEdit } | { readonly error: string } {
  if (call.data === null) return { error: told().texts.notEditable(call.call) };
  const parsed = unescapeBytes(text);
  if (!parsed.ok) return { error: `${parsed.message}${told().screen.at(parsed.at + 1)}` };
  if (parsed.bytes.byteLength > MOST_EDITED) return { error: told().texts.atMostBytes(MOST_EDITED) };
  return { edit: { data: Buffer.from(parsed.bytes).toString('base64'), pauseMs: edit?.pauseMs ?? null } };
}

/** The same for a pause before it, in ms. */
export function pauseEdit(
  { edit }: Stopped,
  text: string,
): { readonly edit: StepEdit } | { readonly error: string } {
  const ms = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(ms <= MOST_PAUSE_MS)) return { error: told().texts.pauseIs(MOST_PAUSE_MS) };
  return { edit: { data: edit?.data ?? null, pauseMs: ms === 0 ? null : ms } };
}

/** What has been changed of a call, in words; '' for nothing. */
export function editText({ call, edit }: Stopped): string {
  const words: string[] = [];
  if (edit?.data != null && call.data !== null) {
    const bytes = bytesOf(edit.data);
    const shown = escapeBytes(bytes.subarray(0, SHOWN_BYTES));
    const more = bytes.byteLength > SHOWN_BYTES ? '...' : '';
    words.push(
      `"${shown}"${more} ${told().texts.bytesInstead(bytes.byteLength, bytesOf(call.data).byteLength)}`,
    );
  }
  if (edit?.pauseMs != null) words.push(told().texts.afterPause(edit.pauseMs));
  return words.join(', ');
}

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64');

function signalTo(role: string, typed: string, roles: readonly string[]): StepCommand {
  if (!roles.includes(role)) return telling(told().texts.noRoleNamed(role, roles.join(', ')));
  const signal = signalNamed(typed);
  return signal === null
    ? telling(
        typed.trim() === ''
          ? told().texts.whichSignal(SIGNAL_LIST)
          : told().texts.noSignal(typed, SIGNAL_LIST),
      )
    : { do: 'signal', role, signal };
}

function edited(stopped: Stopped, text: string): StepCommand {
  return toCommand(stopped, dataEdit(stopped, text));
}

function paused(stopped: Stopped, text: string): StepCommand {
  return toCommand(stopped, pauseEdit(stopped, text));
}

function toCommand(
  { call }: Stopped,
  result: { readonly edit: StepEdit } | { readonly error: string },
): StepCommand {
  return 'error' in result ? telling(result.error) : { do: 'edit', role: call.role, edit: result.edit };
}

const telling = (text: string): StepCommand => ({ do: 'say', text });
