import type { Call } from '../../src/sockets/call.ts';
import { describeCall, resultOf } from '../../src/sockets/describe-call.ts';
import { safeBytes } from '../escape.ts';

const RECEIVES: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'read']);

/** A call that returned: its name, arguments and result. */
export function wholeText(call: Call, name: string, dataBytes: number): string {
  return renamed(describeCall(call, { dataBytes }), call, name);
}

/** A call that is entered: its name and arguments, and the data of a send, but not yet that of a receive. */
export function enterText(call: Call, name: string, dataBytes: number): string {
  const known = RECEIVES.has(call.name) ? { ...call, ret: null } : call;
  return renamed(describeCall(known, { dataBytes, enterOnly: true }), call, name);
}

/** The return of a call whose entry was shown: its name and result, and what it brought. */
export function exitText(call: Call, name: string, dataBytes: number): string {
  const result = `${name} = ${resultOf(call)}`;
  if (!RECEIVES.has(call.name) || call.data === null || call.data.length === 0) return result;
  return `${result} "${safeBytes(call.data, dataBytes)}"`;
}

function renamed(text: string, call: Call, name: string): string {
  return text.startsWith(call.name) ? name + text.slice(call.name.length) : text;
}
