const MACS = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
const VXLAN_PORT = 4789;
const GENEVE_PORT = 6081;

/** A frame of Ethernet of this type. */
export function frameOf(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...MACS, type >> 8, type & 0xff]), body]);
}

/** A datagram of UDP without a checksum; `length` is what its header says. */
export function datagramOf(
  [source, destination]: readonly [number, number],
  body: Buffer,
  length = 8 + body.length,
): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(source, 0);
  header.writeUInt16BE(destination, 2);
  header.writeUInt16BE(length, 4);
  return Buffer.concat([header, body]);
}

/** A packet of IPv4 from 192.0.2.1 to 192.0.2.2; the sum of its header is left 0. */
export function outerIpv4(protocol: number, body: Buffer, id = 7): Buffer {
  const header = Buffer.from([0x45, 0, 0, 0, 0, id, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
  header.writeUInt16BE(20 + body.length, 2);
  return Buffer.concat([header, body]);
}

/** A packet of IPv6 from 2001:db8::1 to 2001:db8::2. */
export function outerIpv6(protocol: number, body: Buffer): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header.writeUInt16BE(body.length, 4);
  header.set([protocol, 64, 0x20, 0x01, 0x0d, 0xb8], 6);
  header.set([0x20, 0x01, 0x0d, 0xb8], 24);
  header[23] = 1;
  header[39] = 2;
  return Buffer.concat([header, body]);
}

/** A VXLAN header (RFC 7348 §5) and what it carries. */
export function vxlan(body: Buffer, flags = 0x0800, policy = 0, vni = 5): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(flags, 0);
  header.writeUInt16BE(policy, 2);
  header.writeUInt32BE(vni << 8, 4);
  return Buffer.concat([header, body]);
}

export interface Geneve {
  readonly type?: number;
  readonly options?: Buffer;
  readonly flags?: number;
  readonly version?: number;
  /** Length of the options in four bytes, when it is not theirs. */
  readonly length?: number;
}

/** A GENEVE header (RFC 8926 §3.4) and what it carries. */
export function geneve(
  body: Buffer,
  {
    type = 0x6558,
    options = Buffer.alloc(0),
    flags = 0,
    version = 0,
    length = options.length / 4,
  }: Geneve = {},
): Buffer {
  const header = Buffer.from([(version << 6) | length, flags, type >> 8, type & 0xff, 0, 0, 9, 0]);
  return Buffer.concat([header, options, body]);
}

/** A GENEVE option (RFC 8926 §3.5); `length` in four bytes. */
export function option(
  kind: number,
  type: number,
  data: Buffer,
  reserved = 0,
  length = data.length / 4,
): Buffer {
  return Buffer.concat([Buffer.from([kind >> 8, kind & 0xff, type, (reserved << 5) | length]), data]);
}

/** The frame of Ethernet that carries a packet of raw IPv4 in VXLAN. */
export function inVxlan(packet: Buffer, sourcePort = 50_000): Buffer {
  return frameOf(0x0800, outerIpv4(17, datagramOf([sourcePort, VXLAN_PORT], vxlan(frameOf(0x0800, packet)))));
}

/** The frame of Ethernet that carries a packet of raw IPv4 in GENEVE over IPv6. */
export function inGeneve(packet: Buffer, sourcePort = 50_000): Buffer {
  const options = option(0x0102, 0x80, Buffer.from([0, 0x80, 0, 13]));
  const body = geneve(packet, { type: 0x0800, options });
  return frameOf(0x86dd, outerIpv6(17, datagramOf([sourcePort, GENEVE_PORT], body)));
}
