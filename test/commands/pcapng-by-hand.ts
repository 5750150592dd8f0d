/** An option of a block: its code and its value. */
export type Option = readonly [code: number, value: Uint8Array | string];

const encoder = new TextEncoder();
const padded = (length: number): number => (length + 3) & ~3;

function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return bytes;
}

/** A block, little endian, as draft-ietf-opsawg-pcapng §3.1 draws it. */
export function block(type: number, body: Uint8Array, options: readonly Option[] = []): Uint8Array {
  const parts: Uint8Array[] = [pad(body)];
  for (const [code, value] of options) {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    parts.push(u32(code | (bytes.length << 16)), pad(bytes));
  }
  if (options.length > 0) parts.push(u32(0));
  const size = parts.reduce((sum, part) => sum + part.length, 12);
  return new Uint8Array(Buffer.concat([u32(type, size), ...parts, u32(size)]));
}

function pad(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(padded(bytes.length));
  out.set(bytes);
  return out;
}

/** Ethernet, IPv4, UDP 1000 → 2000 with this payload; checksums 0. */
export function udpFrame(payload: string): Uint8Array {
  const data = encoder.encode(payload);
  const head = Uint8Array.from([
    ...[2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0],
    ...[0x45, 0, 0, 28 + data.length, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
    ...[0x03, 0xe8, 0x07, 0xd0, 0, 8 + data.length, 0, 0],
  ]);
  return new Uint8Array(Buffer.concat([head, data]));
}

export const section = (...options: readonly Option[]): Uint8Array =>
  block(0x0a0d0d0a, u32(0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff), options);

/** Link type 1. */
export const iface = (...options: readonly Option[]): Uint8Array => block(1, u32(1, 65_535), options);

/** An Enhanced Packet Block; `time` in ticks of its interface. */
export function packet(
  number: number,
  time: bigint,
  frame: Uint8Array,
  ...options: readonly Option[]
): Uint8Array {
  const head = u32(number, Number(time >> 32n), Number(time & 0xffff_ffffn), frame.length, frame.length);
  return block(6, new Uint8Array(Buffer.concat([head, pad(frame)])), options);
}

export const statistics = (number: number, ...options: readonly Option[]): Uint8Array =>
  block(5, u32(number, 0, 0), options);

export const u64 = (value: number): Uint8Array => u32(value, 0);
export { u32 };

/** A file with one of everything that pcapng has: two interfaces of microseconds, and of nanoseconds; three packets. */
export function everything(): Uint8Array {
  const start = 1_700_000_000_000_000n;
  const names = block(
    4,
    Uint8Array.of(1, 0, 9, 0, 10, 0, 0, 1, ...encoder.encode('host\0'), 0, 0, 0, 0, 0, 0, 0),
  );
  const secrets = encoder.encode('CLIENT_RANDOM 00 00\n');
  return new Uint8Array(
    Buffer.concat([
      section([2, 'a machine'], [3, 'an OS'], [4, 'a program'], [1, 'of the section']),
      iface(
        [2, 'eth0'],
        [3, 'the first'],
        [4, Uint8Array.of(10, 0, 0, 1, 255, 0, 0, 0)],
        [8, u64(1_000_000_000)],
        [9, Uint8Array.of(6)],
        [11, '\0udp port 1000'],
        [12, 'Linux'],
        [15, 'a card'],
        [1, 'of the interface'],
      ),
      iface([2, 'eth1'], [9, Uint8Array.of(9)], [12, 'Linux']),
      names,
      block(10, new Uint8Array(Buffer.concat([u32(0x544c534b, secrets.length), pad(secrets)]))),
      packet(
        0,
        start,
        udpFrame('one'),
        [1, 'of the packet'],
        [2, u32(1)],
        [3, Uint8Array.of(2, 1, 2, 3, 4)],
        [4, u64(7)],
        [5, u64(42)],
        [6, u32(3)],
        [7, Uint8Array.of(0, 1)],
      ),
      packet(1, (start + 1000n) * 1000n + 7n, udpFrame('two'), [2, u32(2)]),
      packet(0, start + 2_000_000n, udpFrame('three')),
      block(0x0bad, u32(32_473, 1)),
      block(0x4000_0bad, u32(32_473, 2)),
      statistics(0, [4, u64(100)], [5, u64(5)]),
      statistics(1, [4, u64(9)]),
    ]),
  );
}
