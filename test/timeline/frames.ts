/** Ethernet frames with IPv4 or IPv6, TCP, UDP and ICMP, whole and with right checksums: what loopback would carry. */

export interface End {
  readonly host: string;
  readonly port: number;
}

export interface TcpFields {
  readonly seq: number;
  readonly ack: number;
  /** As tcpdump writes them: 'S', 'S.', '.', 'P.', 'F.', 'R', 'R.'. */
  readonly flags: string;
  readonly window?: number;
  readonly options?: Uint8Array;
  readonly id?: number;
  readonly payload?: Uint8Array;
}

const FLAG_BITS: Readonly<Record<string, number>> = { F: 1, S: 2, R: 4, P: 8, '.': 16, U: 32 };

export function tcpFrame(from: End, to: End, fields: TcpFields): Buffer {
  const options = fields.options ?? new Uint8Array(0);
  const payload = fields.payload ?? new Uint8Array(0);
  const segment = Buffer.alloc(20 + options.length + payload.length);
  segment.writeUInt16BE(from.port, 0);
  segment.writeUInt16BE(to.port, 2);
  segment.writeUInt32BE(fields.seq >>> 0, 4);
  segment.writeUInt32BE(fields.ack >>> 0, 8);
  segment[12] = (5 + options.length / 4) << 4;
  segment[13] = [...fields.flags].reduce((bits, flag) => bits | (FLAG_BITS[flag] ?? 0), 0);
  segment.writeUInt16BE(fields.window ?? 512, 14);
  segment.set(options, 20);
  segment.set(payload, 20 + options.length);
  return ipFrame(from.host, to.host, 6, segment, 16, fields.id ?? 0);
}

export function udpFrame(from: End, to: End, payload: Uint8Array): Buffer {
  const datagram = Buffer.alloc(8 + payload.length);
  datagram.writeUInt16BE(from.port, 0);
  datagram.writeUInt16BE(to.port, 2);
  datagram.writeUInt16BE(datagram.length, 4);
  datagram.set(payload, 8);
  return ipFrame(from.host, to.host, 17, datagram, 6, 0);
}

/** A datagram cut into fragments of `size` bytes (a multiple of 8) of IP payload. */
export function udpFragments(from: End, to: End, payload: Uint8Array, size: number, id: number): Buffer[] {
  const whole = udpFrame(from, to, payload);
  const body = whole.subarray(34);
  const frames: Buffer[] = [];
  for (let offset = 0; offset < body.length; offset += size) {
    const part = body.subarray(offset, offset + size);
    const frame = Buffer.concat([whole.subarray(0, 34), part]);
    frame.writeUInt16BE(20 + part.length, 16);
    frame.writeUInt16BE(id, 18);
    frame.writeUInt16BE((offset + size < body.length ? 0x2000 : 0) | (offset / 8), 20);
    frames.push(withIpChecksum(frame));
  }
  return frames;
}

/** ICMP port unreachable (RFC 792), quoting the packet in `about`. */
export function unreachableFrame(about: Buffer): Buffer {
  const quoted = about.subarray(14);
  const message = Buffer.alloc(8 + quoted.length);
  message[0] = 3;
  message[1] = 3;
  message.set(quoted, 8);
  const host = (at: number): string => [...about.subarray(at, at + 4)].join('.');
  return ipFrame(host(30), host(26), 1, message, 2, 0);
}

function ipFrame(
  source: string,
  destination: string,
  protocol: number,
  body: Buffer,
  checksumAt: number,
  id: number,
): Buffer {
  const six = source.includes(':');
  const header = six
    ? ipv6Header(source, destination, protocol, body.length)
    : ipv4Header(source, destination, protocol, body.length, id);
  const pseudo =
    protocol === 1 ? 0 : sum(six ? header.subarray(8, 40) : header.subarray(12, 20)) + body.length + protocol;
  const checksum = 0xffff - fold(pseudo + sum(body));
  body.writeUInt16BE(protocol === 17 && checksum === 0 ? 0xffff : checksum, checksumAt);
  const ethernet = Buffer.alloc(14);
  ethernet.writeUInt16BE(six ? 0x86dd : 0x0800, 12);
  const frame = Buffer.concat([ethernet, header, body]);
  return six ? frame : withIpChecksum(frame);
}

function ipv4Header(
  source: string,
  destination: string,
  protocol: number,
  length: number,
  id: number,
): Buffer {
  const header = Buffer.alloc(20);
  header[0] = 0x45;
  header.writeUInt16BE(20 + length, 2);
  header.writeUInt16BE(id & 0xffff, 4);
  header.writeUInt16BE(0x4000, 6);
  header[8] = 64;
  header[9] = protocol;
  header.set(source.split('.').map(Number), 12);
  header.set(destination.split('.').map(Number), 16);
  return header;
}

/** For '::1' only: all that loopback has. */
function ipv6Header(_source: string, _destination: string, protocol: number, length: number): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(length, 4);
  header[6] = protocol;
  header[7] = 64;
  header[23] = 1;
  header[39] = 1;
  return header;
}

function withIpChecksum(frame: Buffer): Buffer {
  frame.writeUInt16BE(0, 24);
  frame.writeUInt16BE(0xffff - fold(sum(frame.subarray(14, 34))), 24);
  return frame;
}

/** Puts right what a change to an IPv4 frame has made wrong: lengths stay, checksums follow. */
export function mendChecksums(frame: Buffer): Buffer {
  if (frame.readUInt16BE(12) !== 0x0800) return frame;
  withIpChecksum(frame);
  const protocol = frame[23] ?? 0;
  const at = protocol === 6 ? 50 : protocol === 17 ? 40 : protocol === 1 ? 36 : -1;
  if (at < 0 || at + 2 > frame.length) return frame;
  frame.writeUInt16BE(0, at);
  const body = frame.subarray(34);
  const pseudo = protocol === 1 ? 0 : sum(frame.subarray(26, 34)) + body.length + protocol;
  frame.writeUInt16BE(0xffff - fold(pseudo + sum(body)), at);
  return frame;
}

function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) total += bytes[at]! * 256 + (bytes[at + 1] ?? 0);
  return total;
}

function fold(total: number): number {
  let folded = total;
  while (folded > 0xffff) folded = Math.floor(folded / 65_536) + (folded % 65_536);
  return folded;
}
