import { begin, mayBlock } from './active-call.ts';
import { send } from './data-calls.ts';
import { isStream, type SocketState } from './socket-state.ts';
import type { CallResult, Failed } from './types.ts';

/**
 * send in a loop until all is sent or one send fails; a non-blocking socket whose buffer is full fails with EAGAIN.
 * `sent` says how much went out either way. The loop is recorded as a span that its sends belong to. `wait` is called
 * before each send, and ends the loop with the failure that it returns.
 */
export function sendall(
  state: SocketState,
  data: Uint8Array,
  flags: number,
  wait: () => Failed | null = () => null,
): CallResult & { readonly sent: number } {
  const span = begin('sendall', state, {
    flags,
    outgoing: data,
    length: data.byteLength,
    offset: isStream(state) ? state.sent : null,
    mayBlock: mayBlock(state, flags),
  });
  const { recorder } = span;
  const outer = recorder?.span ?? 0;
  if (recorder !== null) recorder.span = span.number;
  const bytes = span.outgoing ?? data;
  let sent = 0;
  let result: CallResult = { ok: true, value: 0 };
  do {
    result = wait() ?? send(state, sent === 0 ? bytes : bytes.subarray(sent), flags);
    if (result.ok) sent += result.value;
  } while (result.ok && sent < bytes.byteLength);
  if (recorder !== null) recorder.span = outer;
  span.leaveSpan(result, sent);
  span.record();
  return result.ok ? { ok: true, value: sent, sent } : { ...result, sent };
}
