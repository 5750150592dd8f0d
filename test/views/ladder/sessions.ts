import { ACK, FIN, PSH, RST, SYN } from '../../../capture/columns.ts';
import type { Session } from '../../../src/session/session.ts';
import type { Call } from '../../../src/sockets/call.ts';
import {
  bytes,
  ECHO_CALLS,
  ECHO_PACKETS,
  ECHO_RUN,
  fakeCall,
  fakeCapture,
} from '../../session/fake-session.ts';

const SERVER = '127.0.0.1:3500';

/** A connection to a port where nobody listens: connect fails with ECONNREFUSED. */
export function refusedSession(): Session {
  const socket = { fd: 21, socket: 'client:1', remote: SERVER };
  const calls: Call[] = [
    fakeCall(
      { id: 1, role: 'client', name: 'socket', args: STREAM, ret: 21, created: 'client:1' },
      [1900, 1904],
    ),
    fakeCall(
      {
        ...{ id: 2, role: 'client', name: 'connect', ...socket, args: { address: SERVER } },
        ...{ local: '127.0.0.1:40000', ret: -1, errno: 'ECONNREFUSED' },
        source: { file: 'src/scenarios/refused.ts', line: 21, func: 'client' },
      },
      [1990, 2040.2],
    ),
  ];
  const capture = fakeCapture([
    { us: 2000.15, from: 'client', seq: 0, ack: 0, flags: SYN, window: 65_495 },
    { us: 2010.25, from: 'server', seq: 0, ack: 1, flags: RST | ACK, window: 0 },
  ]);
  const [, client] = ECHO_RUN.roles;
  const problems = ['the client was refused'];
  const run = {
    ...ECHO_RUN,
    scenario: 'refused',
    roles: client ? [client] : [],
    outcome: 'failed',
    problems,
  } as const;
  return { capture, calls, run: { ...run, received: 2 } };
}

/** The echo whose first data segment the lab dropped; it came again after 200 ms. The kernel dropped two packets, too. */
export function lossySession(): Session {
  const late = 205_000;
  const again = {
    us: 2110.75 + late,
    from: 'client',
    seq: 1,
    ack: 1,
    flags: PSH | ACK,
    payload: 'hello',
  } as const;
  const head = ECHO_PACKETS.slice(0, 4);
  const tail = ECHO_PACKETS.slice(4).map((packet) => ({ ...packet, us: packet.us + late + 20 }));
  const shift = BigInt((late + 20) * 1000);
  const afterLoss = (ns: bigint): boolean => ns > firstNs + 2_131_000n;
  const firstNs = BigInt(ECHO_RUN.startedNs);
  const moved = (ns: bigint): bigint => (afterLoss(ns) ? ns + shift : ns);
  const calls = ECHO_CALLS.map((call): Call => {
    return {
      ...call,
      enterNs: moved(call.enterNs),
      exitNs: call.exitNs === null ? null : moved(call.exitNs),
    };
  });
  const run = { ...ECHO_RUN, lost: [4], received: 11, dropped: 2 };
  return { capture: fakeCapture([...head, again, ...tail]), calls, run };
}

/** A client that connects, sends hostile bytes, and waits for ever for an answer. */
export function hangingSession(): Session {
  const evil = '\u001b[2J\u009b\n{red-fg}';
  const capture = fakeCapture([...ECHO_PACKETS.slice(0, 3), hostilePacket(evil)]);
  const calls = ECHO_CALLS.slice(0, 6);
  const stream = { fd: 21, socket: 'client:1', local: '127.0.0.1:40000', remote: SERVER };
  const data = bytes(evil);
  const send = {
    id: 7,
    role: 'client',
    name: 'send',
    ...stream,
    length: data.length,
    ret: data.length,
    offset: 0,
    data,
  };
  calls.push(fakeCall(send, [2100, 2130.9]));
  calls.push(fakeCall({ id: 8, role: 'client', name: 'recv', ...stream, length: 1024 }, [2150, null]));
  const name = 'tcp-echo\u001b]0;owned\u0007';
  const run = {
    ...ECHO_RUN,
    scenario: name,
    outcome: 'timeout',
    problems: ['client was ended after 1 s \u202e'],
  } as const;
  return { capture, calls, run: { ...run, received: 4 } };
}

function hostilePacket(payload: string) {
  return { us: 2110.75, from: 'client', seq: 1, ack: 1, flags: PSH | ACK, payload } as const;
}

/** Two clients, the second of which waits in the backlog while the first is served. */
export function twoClientsSession(): Session {
  const second = ECHO_PACKETS.map((packet) => ({
    ...packet,
    client: 1,
    us: packet.us < 2100 ? packet.us + 5 : packet.us + 900,
  }));
  const packets = [...ECHO_PACKETS, ...second].sort((a, b) => a.us - b.us);
  const mine = (call: Call): boolean =>
    call.role === 'client' || call.socket === 'server:2' || call.name === 'accept';
  const us = (ns: bigint): number => Number(ns - BigInt(ECHO_RUN.startedNs)) / 1000;
  const others = ECHO_CALLS.filter(mine).map((call): Call => {
    const isClient = call.role === 'client';
    const later = (ns: bigint): number => (isClient && us(ns) < 2100 ? us(ns) + 5 : us(ns) + 900);
    const enter = call.name === 'accept' ? 2700 : later(call.enterNs);
    const exit = call.name === 'accept' ? 2710 : later(call.exitNs ?? 0n);
    const rename = (text: string | null): string | null =>
      text?.replace('client:1', 'client 2:1').replace('server:2', 'server:3').replace('40000', '40001') ??
      null;
    const { socket, created, local, remote } = call;
    const names = {
      socket: rename(socket),
      created: rename(created),
      local: rename(local),
      remote: rename(remote),
    };
    const { enterNs: _, exitNs: __, ...same } = call;
    return fakeCall(
      { ...same, ...names, role: isClient ? 'client 2' : 'server', pid: isClient ? 201 : 100 },
      [enter, exit],
    );
  });
  const first = ECHO_CALLS.map(
    (call): Call => (call.role === 'client' ? { ...call, role: 'client 1' } : call),
  );
  const calls = [...first, ...others]
    .map(
      (call): Call =>
        call.id === 14
          ? { ...call, enterNs: call.enterNs + 2_000_000n, exitNs: (call.exitNs ?? 0n) + 2_000_000n }
          : call,
    )
    .sort((a, b) => Number(a.enterNs - b.enterNs))
    .map((call, index): Call => ({ ...call, id: index + 1 }));
  const [server, client] = ECHO_RUN.roles;
  if (server === undefined || client === undefined) throw new Error('the echo has two roles');
  const roles = [server, { ...client, name: 'client 1' }, { ...client, name: 'client 2', pid: 201 }];
  return { capture: fakeCapture(packets), calls, run: { ...ECHO_RUN, roles, received: 20 } };
}

const STREAM = { domain: 'AF_INET', type: 'SOCK_STREAM', protocol: 0 };

/** A transfer of `segments` segments of 1000 bytes, each sent and received by a call of its own. */
export function bulkSession(segments: number): Session {
  const packets = [...ECHO_PACKETS.slice(0, 3)];
  const calls = [...ECHO_CALLS.slice(0, 6)];
  const client = { fd: 21, socket: 'client:1', local: '127.0.0.1:40000', remote: SERVER };
  const server = { fd: 22, socket: 'server:2', local: SERVER, remote: '127.0.0.1:40000' };
  const payload = 'x'.repeat(1000);
  const data = bytes('x'.repeat(64));
  for (let index = 0; index < segments; index++) {
    const us = 3000 + index * 50;
    const offset = index * 1000;
    const moved = { length: 1000, ret: 1000, offset, data };
    packets.push({ us: us + 5, from: 'client', seq: 1 + offset, ack: 1, flags: ACK, payload });
    packets.push({ us: us + 10, from: 'server', seq: 1, ack: 1001 + offset, flags: ACK });
    calls.push(
      fakeCall({ id: 7 + index * 2, role: 'client', name: 'send', ...client, ...moved }, [us, us + 15]),
    );
    calls.push(
      fakeCall({ id: 8 + index * 2, role: 'server', name: 'recv', ...server, ...moved }, [us + 20, us + 25]),
    );
  }
  const end = 3000 + segments * 50;
  const last = segments * 1000 + 1;
  packets.push({ us: end + 5, from: 'client', seq: last, ack: 1, flags: FIN | ACK });
  packets.push({ us: end + 10, from: 'server', seq: 1, ack: last + 1, flags: ACK });
  calls.push(fakeCall({ id: 7 + segments * 2, role: 'client', name: 'close', ...client }, [end, end + 15]));
  return { capture: fakeCapture(packets), calls, run: { ...ECHO_RUN, received: packets.length } };
}
