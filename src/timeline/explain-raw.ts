import { PROTOCOL } from '../../capture/columns.ts';
import type { Call } from '../sockets/call.ts';
import { isReceive, isSend } from './call-kinds.ts';
import type { UdpScene } from './explain-udp.ts';

/** The packets that raw sockets made, by content: sends in order, none before its entry; and those that they were given. */
export function explainRaw(scene: UdpScene): void {
  const taken = new Set<number>();
  for (const life of scene.sockets.values()) {
    if (life.type !== 'raw') continue;
    for (const index of life.calls) {
      const call = scene.calls[index];
      if (call === undefined || call.data === null || call.ret === null || call.ret <= 0) continue;
      if (isSend(call)) linkSend(scene, index, call, call.data, taken);
      else if (isReceive(call)) linkReceive(scene, index, call.data);
    }
  }
}

function linkSend(scene: UdpScene, index: number, call: Call, data: Uint8Array, taken: Set<number>): void {
  const { clock, reasons, links, capture } = scene;
  const entered = clock.enters[index] ?? 0;
  for (const row of clock.order) {
    const ns = clock.packets[row] ?? 0;
    if (ns < entered - clock.slackNs || taken.has(row) || call.ret !== transportLength(scene, row)) continue;
    if (!begins(scene, row, capture.columns.transportAt[row] ?? 0, data)) continue;
    taken.add(row);
    reasons.set(row, 'raw', { call: index });
    links.add('causes', index, row);
    return;
  }
}

/** What a raw socket of IPv4 is given begins with the IP header, of IPv6 with what follows it (raw(7), ipv6(7)). */
function linkReceive(scene: UdpScene, index: number, data: Uint8Array): void {
  const { clock, links, capture, lost } = scene;
  const { columns } = capture;
  const exit = (clock.exits[index] ?? 0) + clock.slackNs;
  for (const row of clock.order) {
    if ((clock.packets[row] ?? 0) > exit) return;
    if ((lost[row] ?? 0) === 1 || (columns.networkAt[row] ?? 0) === 0xffff) continue;
    const network = columns.networkAt[row] ?? 0;
    const four = (capture.frame(row)[network] ?? 0) >> 4 === 4;
    if (!begins(scene, row, four ? network : (columns.transportAt[row] ?? 0), data)) continue;
    if ((clock.packets[row] ?? 0) >= (clock.enters[index] ?? 0)) links.add('completes', index, row);
    else links.add('consumes', index, row);
    return;
  }
}

/** Bytes behind the IP header; 0 where there is none. */
function transportLength({ capture }: UdpScene, row: number): number {
  const { columns } = capture;
  const at = columns.transportAt[row] ?? 0xffff;
  return at === 0xffff ? 0 : (columns.wireLen[row] ?? 0) - at;
}

/** Whether the frame holds these bytes from `at` on. The checksum of ICMPv6 is written by the kernel, and left out here. */
function begins({ capture }: UdpScene, row: number, at: number, data: Uint8Array): boolean {
  if (at === 0xffff || data.length === 0) return false;
  const frame = capture.frame(row);
  const isSix = (capture.columns.protocol[row] ?? 0) === PROTOCOL.icmpv6;
  const length = Math.min(data.length, frame.length - at);
  for (let offset = 0; offset < length; offset++) {
    if (isSix && (offset === 2 || offset === 3)) continue;
    if ((frame[at + offset] ?? 0) !== (data[offset] ?? 0)) return false;
  }
  return length > 0;
}
