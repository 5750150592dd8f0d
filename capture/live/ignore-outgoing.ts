import { readdirSync } from 'node:fs';
import koffi from 'koffi';

// <linux/if_packet.h>, since Linux 4.20.
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;

type Setsockopt = (fd: number, level: number, name: number, value: Buffer, length: number) => number;

/**
 * Keeps the packets that go out off a packet socket. On lo each packet passes twice, going out and coming in; libpcap shows
 * one of them, but the ring holds both and pcap_stats counts both. False where `fd` is no packet socket or the kernel is
 * too old. (`inbound` in the filter is no substitute: libpcap filters the ring's first block itself after setting a filter,
 * cannot evaluate it there, and drops the block.)
 */
export function ignoreOutgoing(fd: number): boolean {
  const setsockopt: Setsockopt = koffi
    .load(null)
    .func('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
  const on = Buffer.alloc(4);
  on.writeInt32LE(1);
  return setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, on, on.length) === 0;
}

/** Descriptors open in this process. */
export function openDescriptors(): ReadonlySet<number> {
  return new Set(readdirSync('/proc/self/fd').map(Number));
}
