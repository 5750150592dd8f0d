import { formatIpv6 } from '../addresses.ts';
import { readU32 } from '../decode/bytes.ts';
import { NEXT } from '../decode/decoding.ts';
import type { Layer } from '../decode/layers.ts';
import type { FieldType, Packet, PacketField } from './field.ts';
import { IP_PROTOCOLS } from './ip.ts';
import { EXTENSION_FIELDS } from './ipv6-extensions.ts';
import { IPV6_OPTION_FIELDS } from './ipv6-options.ts';
import { either, type FixedOptions, fixed, protocol, worked } from './make.ts';

const { ipv6: kind } = NEXT;

const isSound = ({ bytes }: Packet, { at, end }: Layer): boolean => at < end && (bytes[at] ?? 0) >> 4 === 6;

function ipv6(
  offset: number,
  name: string,
  type: FieldType,
  about: string,
  options: FixedOptions = {},
): PacketField {
  return fixed(kind, offset, name, type, about, { ...options, when: isSound });
}

const src = ipv6(8, 'ipv6.src', 'ipv6', 'Source address');
const dst = ipv6(24, 'ipv6.dst', 'ipv6', 'Destination address');

function host(name: string, about: string, offset: number): PacketField {
  return worked(kind, name, 'string', about, (packet, layer, out) => {
    const at = layer.at + offset;
    const { bytes } = packet;
    if (isSound(packet, layer) && at + 16 <= layer.end) {
      out.push(
        formatIpv6(
          readU32(bytes, at),
          readU32(bytes, at + 4),
          readU32(bytes, at + 8),
          readU32(bytes, at + 12),
        ),
      );
    }
  });
}

const srcHost = host('ipv6.src_host', 'Source address as text', 8);
const dstHost = host('ipv6.dst_host', 'Destination address as text', 24);

/** IPv6, RFC 8200 §3. */
export const IPV6_FIELDS: readonly PacketField[] = [
  protocol(kind, 'ipv6', 'Internet protocol version 6'),
  fixed(kind, 0, 'ipv6.version', 'uint8', 'Version', { mask: 0xf0 }),
  ipv6(0, 'ipv6.tclass', 'uint32', 'Traffic class', { mask: 0x0ff00000, base: 'hex' }),
  ipv6(0, 'ipv6.tclass.dscp', 'uint32', 'Differentiated services codepoint', { mask: 0x0fc00000 }),
  ipv6(0, 'ipv6.tclass.ecn', 'uint32', 'Explicit congestion notification', { mask: 0x00300000 }),
  // Twenty bits, which are shown as three bytes.
  ipv6(0, 'ipv6.flow', 'uint24', 'Flow label', { mask: 0x000fffff, size: 4, base: 'hex' }),
  // Wireshark has it for both versions.
  fixed(kind, 0, 'ip.version', 'uint8', 'Version', { mask: 0xf0 }),
  ipv6(4, 'ipv6.plen', 'uint16', 'Bytes behind the header', { needs: 7 }),
  ipv6(6, 'ipv6.nxt', 'uint8', 'Protocol of what follows', { words: IP_PROTOCOLS }),
  ipv6(7, 'ipv6.hlim', 'uint8', 'Hop limit'),
  src,
  dst,
  either('ipv6.addr', 'Source or destination address', src, dst),
  srcHost,
  dstHost,
  either('ipv6.host', 'Source or destination address as text', srcHost, dstHost),
  ...EXTENSION_FIELDS,
  ...IPV6_OPTION_FIELDS,
];
