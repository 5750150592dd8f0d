// Packets by hand, for tests: raw IP (link type 101).

export interface Ends {
  readonly from: string;
  readonly to: string;
  readonly sport?: number;
  readonly dport?: number;
}

export interface TcpFacts {
  readonly seq: number;
  readonly ack?: number;
  readonly flags: number;
  readonly data?: number;
  readonly options?: readonly number[];
}

export function ipv4(
  from: string,
  to: string,
  protocol: number,
  payload: Uint8Array,
  fragment = 0,
  id = 1,
): Uint8Array {
  const packet = Buffer.alloc(20 + payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt16BE(id, 4);
  packet.writeUInt16BE(fragment, 6);
  packet[8] = 64;
  packet[9] = protocol;
  packet.set(from.split('.').map(Number), 12);
  packet.set(to.split('.').map(Number), 16);
  packet.set(payload, 20);
  return packet;
}

export function tcp({ from, to, sport = 1000, dport = 80 }: Ends, facts: TcpFacts): Uint8Array {
  const options = facts.options ?? [];
  const segment = Buffer.alloc(20 + options.length + (facts.data ?? 0));
  segment.writeUInt16BE(sport, 0);
  segment.writeUInt16BE(dport, 2);
  segment.writeUInt32BE(facts.seq, 4);
  segment.writeUInt32BE(facts.ack ?? 0, 8);
  segment.writeUInt16BE(((5 + options.length / 4) << 12) | facts.flags, 12);
  segment.writeUInt16BE(1000, 14);
  segment.set(options, 20);
  return ipv4(from, to, 6, segment);
}

export function udp({ from, to, sport = 1000, dport = 53 }: Ends, length: number): Uint8Array {
  return ipv4(from, to, 17, udpDatagram(sport, dport, length));
}

export function udpDatagram(sport: number, dport: number, length: number): Uint8Array {
  const datagram = Buffer.alloc(8 + length, 0x79);
  datagram.writeUInt16BE(sport, 0);
  datagram.writeUInt16BE(dport, 2);
  datagram.writeUInt16BE(8 + length, 4);
  datagram.writeUInt16BE(0, 6);
  return datagram;
}

/** An ICMP port unreachable about `quoted`. */
export function unreachable(from: string, to: string, quoted: Uint8Array): Uint8Array {
  return ipv4(from, to, 1, Buffer.concat([Uint8Array.of(3, 3, 0, 0, 0, 0, 0, 0), quoted]));
}
