import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../capture/file/open-capture.ts';
import type { RunInfo, Session } from '../../src/session/session.ts';
import type { Call } from '../../src/sockets/call.ts';
import { BLANK_CALL } from '../support/blank-call.ts';
import { type End, type TcpFields, tcpFrame, udpFragments, udpFrame, unreachableFrame } from './frames.ts';

/** Noon of some day, in ns since 1970: times of scripts are µs after it. */
export const NOON_NS = 1_800_014_400_000_000_000n;

export interface RecordedPacket {
  ns: bigint;
  bytes: Buffer;
}

/** A session as plain data, to be altered before it is opened. */
export interface Recorded {
  packets: RecordedPacket[];
  calls: Call[];
  run: RunInfo;
}

type Some = Partial<Omit<Call, 'name' | 'role' | 'enterNs' | 'exitNs'>>;

/** Writes a session line by line: calls with the µs of entry and return, packets with the µs at which they were seen. */
export class SessionScript {
  readonly packets: RecordedPacket[] = [];
  private readonly calls: Call[] = [];
  private readonly ids = new Map<string, number>();

  /** `us` is [entry, return]; a return of null stands for a call that never did. */
  call(us: readonly [number, number | null], role: string, name: string, fields: Some = {}): this {
    this.calls.push({
      ...BLANK_CALL,
      role,
      pid: role.startsWith('server') ? 100 : 200 + Number(role.split(' ')[1] ?? 1),
      name,
      enterNs: nsOf(us[0]),
      exitNs: us[1] === null ? null : nsOf(us[1]),
      ret: us[1] === null ? null : fields.errno === undefined || fields.errno === null ? 0 : -1,
      ...fields,
    });
    return this;
  }

  frame(us: number, bytes: Buffer): this {
    this.packets.push({ ns: nsOf(us), bytes });
    return this;
  }

  /** `fields.seq` and `ack` are the real ones; see `conversation` for relative ones. */
  tcp(us: number, from: End, to: End, fields: TcpFields): this {
    const key = `${from.host} ${from.port} ${to.port}`;
    // As Linux counts the identifications of a connection; its SYN+ACK has none.
    const id = fields.flags === 'S.' ? 0 : (this.ids.get(key) ?? from.port) + 1;
    if (id > 0) this.ids.set(key, id);
    return this.frame(us, tcpFrame(from, to, { id, ...fields }));
  }

  udp(us: number, from: End, to: End, payload: Uint8Array): this {
    return this.frame(us, udpFrame(from, to, payload));
  }

  fragments(us: number, from: End, to: End, payload: Uint8Array, size: number, id: number): this {
    for (const [place, bytes] of udpFragments(from, to, payload, size, id).entries())
      this.frame(us + place / 2, bytes);
    return this;
  }

  /** Port unreachable for the last packet. */
  unreachable(us: number): this {
    return this.frame(us, unreachableFrame(this.packets.at(-1)!.bytes));
  }

  /** Calls get their ids in order of entry, packets their place in order of time. */
  recorded(run: Partial<RunInfo> = {}): Recorded {
    const calls = [...this.calls]
      .sort((x, y) => Number(x.enterNs - y.enterNs))
      .map((call, index) => ({ ...call, id: index + 1 }));
    const packets = [...this.packets].sort((x, y) => Number(x.ns - y.ns));
    const roles = [...new Map(calls.map(({ role, pid }) => [role, pid]))].map(([name, pid]) => {
      const side = name.startsWith('server') ? ('server' as const) : ('client' as const);
      return { name, side, pid, exit: 0, report: {} };
    });
    return { packets, calls, run: { ...RUN, roles, received: packets.length, ...run } };
  }
}

const RUN: RunInfo = {
  version: '0.1.0',
  scenario: 'by hand',
  parameters: {},
  network: { net: 'private', loss: 0 },
  engine: 'by hand',
  caveats: [],
  filter: null,
  snaplen: 262_144,
  kernel: 'none',
  startedNs: String(NOON_NS - 1_000_000n),
  endedNs: String(NOON_NS + 3_600_000_000_000n),
  roles: [],
  received: 0,
  dropped: 0,
  interfaceDropped: 0,
  lost: [],
  thinned: false,
  data: 'all',
  outcome: 'ok',
  problems: [],
};

export function nsOf(us: number): bigint {
  return NOON_NS + BigInt(Math.round(us * 1000));
}

/** Opens what was recorded through the real reader, as a nanosecond pcap. */
export async function openRecorded({ packets, calls, run }: Recorded): Promise<Session> {
  const directory = mkdtempSync(join(tmpdir(), 'sockscope-test-'));
  const path = join(directory, 'script.pcap');
  try {
    writeFileSync(path, pcapOf(packets));
    return { capture: await openCapture(openSync(path, 'r')), calls, run };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** pcap with nanoseconds: magic a1b23c4d, version 2.4, Ethernet. */
function pcapOf(packets: readonly RecordedPacket[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2_3c4d, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(262_144, 16);
  header.writeUInt32LE(1, 20);
  const parts: Buffer[] = [header];
  for (const { ns, bytes } of packets) {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(Number(ns / 1_000_000_000n), 0);
    record.writeUInt32LE(Number(ns % 1_000_000_000n), 4);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    parts.push(record, bytes);
  }
  return Buffer.concat(parts);
}

/** A TCP connection of a script, with sequence numbers relative to both ISNs: the SYN is 0, the first byte 1. */
export function conversation(
  script: SessionScript,
  client: End,
  server: End,
  isns: readonly [number, number] = [1000, 900_000],
) {
  const send =
    (from: End, to: End, own: number, other: number) =>
    (
      us: number,
      flags: string,
      seq: number,
      ack: number,
      more: Partial<Omit<TcpFields, 'flags' | 'payload'>> & { payload?: string } = {},
    ): void => {
      const payload = Buffer.from(more.payload ?? '', 'latin1');
      const options = flags.includes('S') ? MSS_1460 : (more.options ?? new Uint8Array(0));
      script.tcp(us, from, to, {
        ...more,
        flags,
        seq: own + seq,
        ack: flags.includes('.') ? other + ack : 0,
        payload,
        options,
      });
    };
  return { fromClient: send(client, server, ...isns), fromServer: send(server, client, isns[1], isns[0]) };
}

/** MSS 1460, SACK permitted, no window scaling. */
const MSS_1460 = Uint8Array.of(2, 4, 5, 180, 4, 2, 1, 1);
