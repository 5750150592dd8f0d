import type { Call } from './call.ts';

/** One strace-like line for a call: `send(4, length=100) = 100`. */
export function describeCall(call: Call): string {
  const args = Object.entries(call.args).map(([name, value]) => `${name}=${value}`);
  if (call.length !== null) args.unshift(`${call.length} bytes`);
  if (call.fd !== null) args.unshift(String(call.fd));
  const outcome = call.errno !== null ? `-1 ${call.errno}` : call.ret === null ? '?' : String(call.ret);
  return `${call.name}(${args.join(', ')}) = ${outcome}`;
}
