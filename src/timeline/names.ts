import { frameNumbers } from '../session/file-order.ts';
import type { Session } from '../session/session.ts';

/** How reasons name calls and packets: 'client send#2', and the packet's frame number. */
export interface Names {
  call(index: number): string;
  packet(row: number): number;
}

/** Names worked out when the first is asked for: a call by its role and place among calls of its name, as in 'client send#2'. */
export function namesOf(session: Session): Names {
  let places: Uint32Array | null = null;
  let numbers: ReturnType<typeof frameNumbers> | null = null;
  return {
    call(index) {
      const call = session.calls[index];
      if (call === undefined) return `call ${index}`;
      places ??= placesOf(session.calls);
      return `${call.role} ${call.name}#${places[index] ?? 0}`;
    },
    packet(row) {
      numbers ??= frameNumbers(session);
      return numbers.ofPacket(row);
    },
  };
}

/** Adds the names of the first calls and packets of a reason to its params: call, call2, packet, packet2. */
export function withNames(
  names: Names,
  params: Readonly<Record<string, string | number>>,
  calls: readonly number[],
  packets: readonly number[],
): Record<string, string | number> {
  const named: Record<string, string | number> = { ...params };
  const [call, call2] = calls;
  const [packet, packet2] = packets;
  if (call !== undefined) named.call = names.call(call);
  if (call2 !== undefined) named.call2 = names.call(call2);
  if (packet !== undefined) named.packet = names.packet(packet);
  if (packet2 !== undefined) named.packet2 = names.packet(packet2);
  return named;
}

function placesOf(calls: Session['calls']): Uint32Array {
  const seen = new Map<string, number>();
  return Uint32Array.from(calls, ({ role, name }) => {
    const place = (seen.get(`${role} ${name}`) ?? 0) + 1;
    seen.set(`${role} ${name}`, place);
    return place;
  });
}
