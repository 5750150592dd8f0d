import { describe, expect, test } from 'vitest';
import type { Capture } from '../../capture/capture.ts';
import { ACK, FIN, RST, SYN } from '../../capture/columns.ts';
import { readBytes } from './memory.ts';
import { pcapOf } from './mutate.ts';
import { ipv4, type TcpFacts, tcp, udp, udpDatagram, unreachable } from './packets.ts';

const A = '10.0.0.1';
const B = '10.0.0.2';
const ROUTER = '10.9.9.9';
const RAW = 101;

function read(...frames: Uint8Array[]): Capture {
  return readBytes(
    pcapOf(
      RAW,
      frames.map((frame) => ({ linkType: RAW, wireLen: frame.length, frame })),
    ),
  );
}

const ab = (facts: TcpFacts): Uint8Array => tcp({ from: A, to: B }, facts);
const ba = (facts: TcpFacts): Uint8Array => tcp({ from: B, to: A, sport: 80, dport: 1000 }, facts);

function streams(capture: Capture): number[] {
  const { columns, flows } = capture;
  return Array.from({ length: columns.length }, (_, row) =>
    columns.flow[row]! < 0 ? -1 : flows.get(columns.flow[row]!).stream,
  );
}

// The wanted numbers are those that tshark 4.0.17 printed for the same packets.
describe('incarnations of a TCP four-tuple', () => {
  test.each([
    {
      name: 'the same SYN again',
      frames: [ab({ seq: 100, flags: SYN }), ab({ seq: 100, flags: SYN })],
      want: [0, 0],
    },
    {
      name: 'a SYN with another number',
      frames: [ab({ seq: 100, flags: SYN }), ab({ seq: 7, flags: SYN })],
      want: [0, 1],
    },
    {
      name: 'the same SYN after a reset',
      frames: [
        ab({ seq: 100, flags: SYN }),
        ba({ seq: 0, ack: 101, flags: RST | ACK }),
        ab({ seq: 100, flags: SYN }),
      ],
      want: [0, 0, 0],
    },
    {
      name: 'a SYN+ACK with another number',
      frames: [
        ab({ seq: 100, flags: SYN }),
        ba({ seq: 200, ack: 101, flags: SYN | ACK }),
        ba({ seq: 300, ack: 101, flags: SYN | ACK }),
      ],
      want: [0, 0, 0],
    },
    {
      name: 'the other end opens next time',
      frames: [
        ab({ seq: 100, flags: SYN }),
        ba({ seq: 200, ack: 101, flags: SYN | ACK }),
        ab({ seq: 101, ack: 201, flags: FIN | ACK }),
        ba({ seq: 900, flags: SYN }),
        ab({ seq: 800, ack: 901, flags: SYN | ACK }),
      ],
      want: [0, 0, 0, 1, 1],
    },
    {
      name: 'a simultaneous open',
      frames: [
        ab({ seq: 100, flags: SYN }),
        ba({ seq: 200, flags: SYN }),
        ab({ seq: 100, ack: 201, flags: SYN | ACK }),
      ],
      want: [0, 0, 0],
    },
    {
      name: 'a capture that begins in the middle, then a SYN',
      frames: [ab({ seq: 5000, ack: 9000, flags: ACK, data: 9 }), ab({ seq: 7000, flags: SYN })],
      want: [0, 1],
    },
    {
      name: 'a SYN whose number an ACK of the other end has told',
      frames: [ab({ seq: 100, ack: 500, flags: ACK, data: 5 }), ba({ seq: 499, flags: SYN })],
      want: [0, 0],
    },
  ])('$name', ({ frames, want }) => expect(streams(read(...frames))).toEqual(want));

  test('a new incarnation counts its directions from its own opener', () => {
    const { columns, flows } = read(
      ab({ seq: 1, flags: SYN }),
      ba({ seq: 9, ack: 2, flags: RST }),
      ba({ seq: 50, flags: SYN }),
    );
    expect([...columns.direction.subarray(0, 3)]).toEqual([0, 1, 0]);
    expect(flows.get(1)).toEqual({
      ...{ protocol: 1, addressA: B, portA: 80, addressB: A, portB: 1000 },
      ...{ stream: 1, firstRow: 2 },
    });
  });
});

describe('flows of datagrams and errors', () => {
  test('tcp and udp streams are counted apart', () => {
    expect(
      streams(read(udp({ from: A, to: B }, 3), ab({ seq: 1, flags: SYN }), udp({ from: B, to: A }, 3))),
    ).toEqual([0, 0, 1]);
  });

  const query = udp({ from: A, to: B }, 3);
  test.each([
    { name: 'the peer', from: B, want: 1 },
    { name: 'a router', from: ROUTER, want: 1 },
    { name: 'the sender itself', from: A, want: 0 },
  ])('an ICMP error that $name sends has the flow it is about, and its own direction', ({ from, want }) => {
    const { columns } = read(query, unreachable(from, from === A ? B : A, query));
    expect([columns.flow[1], columns.direction[1]]).toEqual([columns.flow[0], want]);
    expect(columns.seq[1]).toBe(3 * 256 + 3);
  });

  test('8 quoted bytes of TCP find a known flow and never begin one', () => {
    const syn = ab({ seq: 1, flags: SYN });
    expect(streams(read(syn, unreachable(B, A, syn.subarray(0, 28))))).toEqual([0, 0]);
    expect(streams(read(unreachable(B, A, syn.subarray(0, 28)), syn))).toEqual([-1, 0]);
  });

  test('fragments have the flow of their first one, also those that came before it', () => {
    const datagram = udpDatagram(5000, 6000, 48);
    const MORE = 0x2000;
    const part = (from: number, to: number, flags: number): Uint8Array =>
      ipv4(A, B, 17, datagram.subarray(from, to), (from / 8) | flags, 77);
    const { columns, flows } = read(part(48, 56, 0), part(0, 24, MORE), part(24, 48, MORE));
    expect([...columns.flow.subarray(0, 3)]).toEqual([0, 0, 0]);
    expect(flows.get(0)).toMatchObject({ addressA: A, portA: 5000, addressB: B, portB: 6000 });
    expect([...columns.payloadLen.subarray(0, 3)]).toEqual([8, 16, 24]);
    expect(columns.fragments.get(2)).toEqual({ id: 77, offset: 24, more: true });
    expect([...columns.transportAt.subarray(0, 3)]).toEqual([0xffff, 20, 0xffff]);
  });

  test('a thousand flows between counted-up ends are kept apart', () => {
    const frames = Array.from({ length: 1000 }, (_, index) =>
      udp({ from: `10.0.${index >> 8}.${index & 255}`, to: B, sport: 1024 + index }, 1),
    );
    const { flows } = read(...frames, ...frames);
    expect(flows.length).toBe(1000);
    expect(flows.get(999)).toMatchObject({ addressA: '10.0.3.231', portA: 2023 });
  });
});
