import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { must } from './must.ts';
import { payloadOf } from './payload.ts';
import { playsBoth } from './plays.ts';
import { quickAck, recvSize, type Side } from './tune.ts';

/** Sends all of `data` by the call that --send-mode names. */
export function transmit(s: Socket, data: Uint8Array, parameters: Parameters, role: RoleContext): void {
  if (parameters.all()['send-mode'] !== 'send') {
    must(role, 'sendall', s.sendall(data));
    return;
  }
  // send may take less than it was given: what it returns says where the next call has to go on.
  for (let sent = 0; sent < data.length; ) sent += must(role, 'send', s.send(data.subarray(sent)));
}

/** The whole message of our own client; of somebody else's, whose length is not known, what one recv brings. */
export function receiveMessage(s: Socket, parameters: Parameters, role: RoleContext): Buffer {
  if (playsBoth(parameters)) return receive(s, payloadOf(parameters).length, parameters, role, 'server');
  return must(role, 'recv', s.recv(recvSize(parameters, 'server')));
}

/** Reads until `wanted` bytes have come or the other side has ended: one recv may return any part of them. */
export function receive(
  s: Socket,
  wanted: number,
  parameters: Parameters,
  role: RoleContext,
  side: Side,
): Buffer {
  const parts: Buffer[] = [];
  let missing = wanted;
  while (missing > 0) {
    quickAck(s, parameters, role);
    const data = must(role, 'recv', s.recv(Math.min(missing, recvSize(parameters, side))));
    if (data.length === 0) break;
    // recv may use its buffer again, so what is kept is copied.
    parts.push(Buffer.from(data));
    missing -= data.length;
  }
  return Buffer.concat(parts);
}
