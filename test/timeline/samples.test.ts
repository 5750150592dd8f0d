import { expect, test } from 'vitest';
import { buildTimeline } from '../../src/timeline/timeline.ts';
import { verifyTimeline } from '../../src/timeline/verify.ts';
import { wording } from '../../src/timeline/wording.ts';
import { openRecorded, type Recorded } from './build-session.ts';
import {
  fragments,
  portReused,
  refusedTcp,
  refusedUdp,
  resetUnread,
  tcpEcho,
  tcpLoss,
  udpEcho,
} from './samples.ts';

/** What the ladder would say: a line for each packet, with the states after it, and a line for each call that has a reason. */
async function told(recorded: Recorded): Promise<{ packets: string[]; calls: string[] }> {
  const session = await openRecorded(recorded);
  const timeline = buildTimeline(session);
  const words = wording(session);
  const packets: string[] = [];
  for (let index = 0; index < timeline.rowCount; index++) {
    const row = timeline.row(index);
    if (row.kind !== 'packet') continue;
    const states = timeline.states(index);
    const shown = states === null ? '' : `${states.a} ${states.b}: `;
    packets.push(shown + words(timeline.reasonOfPacket(row.packet)));
  }
  const calls = session.calls.flatMap(({ role, name }, index) => {
    const reason = timeline.reasonOfCall(index);
    return reason === null || reason.kind === 'call-local' ? [] : [`${role} ${name}: ${words(reason)}`];
  });
  expect(timeline.unexplained).toBe(0);
  expect(verifyTimeline(timeline).checks.filter(({ ok }) => !ok)).toEqual([]);
  session.capture.close();
  return { packets, calls };
}

// Packets are named by their frame number, which counts the rows of calls as well.
test('an echo over TCP', async () => {
  const { packets, calls } = await told(tcpEcho());
  expect(packets).toEqual([
    'SYN-SENT SYN-RECEIVED: SYN of client connect#1',
    'ESTABLISHED SYN-RECEIVED: the kernel answers for server listen#1: accept is not needed',
    'ESTABLISHED ESTABLISHED: third step of the handshake, acknowledges packet 6',
    'ESTABLISHED ESTABLISHED: bytes 0–4 of client send#1',
    'ESTABLISHED ESTABLISHED: ACK of bytes up to 5 (packet 10)',
    'ESTABLISHED ESTABLISHED: bytes 0–4 of server send#1',
    'ESTABLISHED ESTABLISHED: ACK of bytes up to 5 (packet 14)',
    'FIN-WAIT-1 CLOSE-WAIT: FIN of client close#1',
    'TIME-WAIT LAST-ACK: FIN of server close#1',
    'TIME-WAIT CLOSED: ACK of the FIN in packet 21',
  ]);
  expect(calls).toEqual([
    'server recv: end of stream: the FIN in packet 18',
    'server close: no packet: it only listened',
  ]);
});

test('a segment that was lost here; what waited behind it is not blamed on Nagle, loss recovery held it as well', async () => {
  const { packets, calls } = await told(tcpLoss());
  expect(packets.slice(3, 9)).toEqual([
    'ESTABLISHED ESTABLISHED: bytes 0–2 of client send#1',
    'ESTABLISHED ESTABLISHED: bytes 0–2 again (timeout, 200 ms): packet 10 was lost here',
    'ESTABLISHED ESTABLISHED: ACK of bytes up to 3 (packet 15)',
    'ESTABLISHED ESTABLISHED: bytes 3–6 of 2 calls up to client send#3, seen 200 ms after it had returned',
    'ESTABLISHED ESTABLISHED: ACK of bytes up to 7 (packet 17)',
    'FIN-WAIT-1 CLOSE-WAIT: FIN of client shutdown#1',
  ]);
  expect(calls).toContain('server recv: waited 200 ms for packet 15');
  expect(calls).toContain('client close: no packet: client shutdown#1 had sent the FIN');
});

test('an echo over UDP', async () => {
  expect((await told(udpEcho())).packets).toEqual([
    'datagram: 5 bytes of client sendto#1, taken by server recvfrom#1',
    'datagram: 5 bytes of server sendto#1, taken by client recvfrom#1',
  ]);
});

test('nobody listens: a reset, and connect fails', async () => {
  const { packets, calls } = await told(refusedTcp());
  expect(packets).toEqual([
    'SYN-SENT CLOSED: SYN of client connect#1',
    'CLOSED CLOSED: refused: nobody listens on the port that packet 2 went to',
  ]);
  expect(calls).toEqual(['client connect: ECONNREFUSED: packet 3 says that nobody listens on the port']);
});

test('nobody has the port: ICMP, and the next call of the connected socket fails', async () => {
  const { packets, calls } = await told(refusedUdp());
  expect(packets).toEqual([
    'datagram: 5 bytes of client send#1, nobody has that port',
    'nobody has the port that packet 3 went to: client recv#1 fails with ECONNREFUSED',
  ]);
  expect(calls).toEqual(['client recv: ECONNREFUSED: packet 4 said that nobody has the port']);
});

test('closing with unread bytes resets the connection', async () => {
  const { packets, calls } = await told(resetUnread());
  expect(packets.at(-1)).toBe('CLOSED CLOSED: reset: server close#1 closed with 5 bytes unread');
  expect(calls).toContain('client recv: ECONNRESET: packet 13 reset the connection');
});

test('fragments belong to the call that made the datagram', async () => {
  const { packets, calls } = await told(fragments());
  expect(packets).toEqual([
    'fragment 1 of 3: 3000 bytes of client sendto#1, taken by server recvfrom#1',
    'fragment 2 of 3: 3000 bytes of client sendto#1, taken by server recvfrom#1',
    'fragment 3 of 3: 3000 bytes of client sendto#1, taken by server recvfrom#1',
  ]);
  expect(calls).toEqual([]);
});

test('a four-tuple that is used again is another connection, with sockets of its own', async () => {
  const session = await openRecorded(portReused());
  const timeline = buildTimeline(session);
  expect(timeline.connections.map(({ socketA, socketB }) => [socketA, socketB])).toEqual([
    ['client:1', 'server:2'],
    ['client:2', 'server:3'],
  ]);
  const sends = session.calls.flatMap(({ name }, index) => (name === 'send' ? [index] : []));
  expect(
    sends.map((call) => timeline.linksOfCall(call).map(({ packet, relation }) => [packet, relation])),
  ).toEqual([[[3, 'carries']], [[9, 'carries']]]);
  expect(verifyTimeline(timeline).ok).toBe(true);
  session.capture.close();
});
