import { ACK, PSH } from '../../capture/columns.ts';
import type { Session } from '../../src/session/session.ts';
import { ECHO_PACKETS, echoSession, fakeCapture } from '../session/fake-session.ts';

/** The echo run with the client's data in two segments, 5 µs apart: 'hel' and 'lo'. */
export function splitSession(): Session {
  const packets = ECHO_PACKETS.flatMap((packet, index) =>
    index === 3
      ? [
          { ...packet, payload: 'hel' },
          { us: 2115, from: 'client' as const, seq: 4, ack: 1, flags: PSH | ACK, payload: 'lo' },
        ]
      : [packet],
  );
  return { ...echoSession(), capture: fakeCapture(packets) };
}
