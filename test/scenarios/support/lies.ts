import type { Call } from '../../../src/sockets/call.ts';
import type { Recorded, RecordedPacket } from '../../timeline/build-session.ts';
import { mendChecksums } from '../../timeline/frames.ts';

/** One real run, of which something is altered that did not happen; the check that must notice, by a part of its text. */
export interface Lie {
  readonly run: string;
  /** Judged as if only this side had run here; what the other recorded is then a stranger's. */
  readonly alone?: 'client' | 'server';
  readonly what: string;
  readonly alter: (recorded: Recorded) => void;
  readonly crossed: RegExp;
}

export const counted = (run: string, counter: string, crossed: RegExp): Lie => ({
  run,
  what: `the kernel counted one more ${counter}`,
  alter: ({ run: info }) => {
    const counters = info.counters ?? {};
    Object.assign(info, { counters: { ...counters, [counter]: (counters[counter] ?? 0) + 1 } });
  },
  crossed,
});

/** Alters the TCP packets over IPv4 of a run; what gives null is left out, as if it had never been sent. */
export function everySegment(
  which: (tcp: Buffer, n: number) => Buffer | null,
  place: (tcp: Buffer) => boolean,
): Lie['alter'] {
  return ({ packets, run: info }) => {
    let n = 0;
    for (const packet of [...packets]) {
      const tcp = packet.bytes.subarray(34);
      if (packet.bytes[23] !== 6 || !place(tcp)) continue;
      if (which(tcp, n++) === null) packets.splice(packets.indexOf(packet), 1);
      else mendChecksums(packet.bytes);
    }
    Object.assign(info, { received: packets.length });
  };
}

export const hasWindow0 = (tcp: Buffer): boolean => tcp.readUInt16BE(14) === 0 && (tcp[13]! & 4) === 0;

/** The segments that say 0: the first closes the window, the second answers the first probe. */
export const answer = (change: (tcp: Buffer) => Buffer | null): Lie['alter'] =>
  everySegment((tcp, n) => (n === 1 ? change(tcp) : tcp), hasWindow0);

export const roomIn = (tcp: Buffer): Buffer => {
  tcp.writeUInt16BE(500, 14);
  return tcp;
};

/** The second probe: empty, and one number before what the probe before it would carry next; no answer stands behind it. */
export function secondProbe(
  alter: (packets: RecordedPacket[], first: number, second: number) => void,
): Lie['alter'] {
  return ({ packets, run: info }) => {
    const answered = packets.flatMap(({ bytes }, at) => (hasWindow0(bytes.subarray(34)) ? [at] : []))[1]!;
    alter(packets, answered - 1, answered + 1);
    Object.assign(info, { received: packets.length });
  };
}

export const isReset = (tcp: Buffer): boolean => (tcp[13]! & 4) !== 0;
export const hasPayload = (tcp: Buffer): boolean => tcp.length > (tcp[12]! >> 4) * 4;
export const leaveOut = (which: (tcp: Buffer) => boolean): Lie['alter'] => everySegment(() => null, which);

/** Alters the n-th call of that name of a role. */
export function change(role: string, name: string, n: number, fields: Partial<Call>): Lie['alter'] {
  return ({ calls }) => {
    const places = calls.flatMap((call, at) => (call.role === role && call.name === name ? [at] : []));
    const place = places[n] ?? Number.NaN;
    calls[place] = { ...(calls[place] as Call), ...fields };
  };
}

export function everyCall(which: (call: Call) => boolean, fields: Partial<Call>): Lie['alter'] {
  return ({ calls }) => {
    for (const [index, call] of calls.entries()) if (which(call)) calls[index] = { ...call, ...fields };
  };
}

/** Leaves out the first call of that name of a role. */
export function drop(role: string, name: string): Lie['alter'] {
  return ({ calls }) => {
    calls.splice(
      calls.findIndex((call) => call.role === role && call.name === name),
      1,
    );
  };
}
