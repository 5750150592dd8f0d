import { type Call, plainCall } from '../../src/sockets/call.ts';
import { describeCall, resultOf } from '../../src/sockets/describe-call.ts';
import { escapeBytes } from '../../src/sockets/escaped-bytes.ts';
import { errnoMeaning } from '../../src/words/errno-meaning.ts';
import { safeBytes } from '../escape.ts';

const RECEIVES: ReadonlySet<string> = new Set(['recv', 'recvfrom', 'recvmsg', 'read']);

/** A call that returned: its name, arguments and result. `room` is how many characters its data may take. */
export function wholeText(call: Call, name: string, room: number): string {
  return renamed(
    describeCall(call, { dataBytes: shownBytes(call, room), meaning: errnoMeaning }),
    call,
    name,
  );
}

/** A call that is entered: its name and arguments, and the data of a send, but not yet that of a receive. */
export function enterText(call: Call, name: string, room: number): string {
  const known = RECEIVES.has(call.name) ? { ...plainCall(call), ret: null } : call;
  return renamed(describeCall(known, { dataBytes: shownBytes(call, room), enterOnly: true }), call, name);
}

/** The return of a call whose entry was shown: its name and result, and what it brought. */
export function exitText(call: Call, name: string, room: number): string {
  const result = `${name} = ${resultOf(call, errnoMeaning)}`;
  if (!RECEIVES.has(call.name) || call.data === null || call.data.length === 0) return result;
  return `${result} "${safeBytes(call.data, room)}"`;
}

function renamed(text: string, call: Call, name: string): string {
  return text.startsWith(call.name) ? name + text.slice(call.name.length) : text;
}

/** How many bytes of the call's data fit into so many characters once they are escaped. */
function shownBytes({ data }: Call, room: number): number {
  let bytes = Math.min(data?.length ?? 0, room);
  while (data !== null && escapeBytes(data.subarray(0, bytes)).length > room) bytes--;
  return bytes;
}
