import koffi from 'koffi';
import { AF_PACKET } from './constants.ts';
import type { Address } from './types.ts';

// struct sockaddr_ll, packet(7)
const SIZE = 20;
const PROTOCOL = 2;
const IFINDEX = 4;
const HALEN = 11;
const ETHERNET_ADDRESS = 6;

/** if_nametoindex(3): the number of a network device by its name, 0 when there is none. */
export const interfaceIndex: (name: string) => number = koffi
  .load(null)
  .func('uint32_t if_nametoindex(const char *name)');

/**
 * The address of a packet socket: [device, EtherType], sent to the link address 0. A device that is not there has the
 * index 0, which the kernel refuses with ENXIO.
 */
export function encodeLinkAddress(address: Address): Uint8Array {
  if (typeof address === 'string') throw new TypeError('a packet socket sends to [device, EtherType]');
  const bytes = new Uint8Array(SIZE);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, true);
  view.setUint16(PROTOCOL, address[1]);
  view.setInt32(IFINDEX, interfaceIndex(address[0]), true);
  bytes[HALEN] = ETHERNET_ADDRESS;
  return bytes;
}
