import { ACK, type Columns, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import type { PacketKind } from './reason-table.ts';

/** What a packet lets one infer of the call behind it, on its sender's side, where no calls are known; null for nothing. */
export function inferCall(
  columns: Columns,
  packet: number,
  kind: PacketKind,
): { readonly name: string; readonly bytes: number | null } | null {
  const protocol = columns.protocol[packet] ?? 0;
  const bytes = columns.payloadLen[packet] ?? 0;
  if (protocol === PROTOCOL.udp) {
    // Later fragments add to the datagram of the first; they are no call of their own.
    const fragment = columns.fragments.get(packet);
    if (fragment !== undefined && fragment.offset > 0) return null;
    return { name: 'sendto', bytes: fragment === undefined ? bytes : null };
  }
  if (protocol !== PROTOCOL.tcp) return null;
  const flags = columns.flags[packet] ?? 0;
  // What is sent again, and what the kernel sends by itself, tells of no new call.
  if (flags & RST || kind.includes('again') || kind === 'keep-alive' || kind === 'zero-window-probe')
    return null;
  if (flags & SYN) return flags & ACK ? { name: 'listen', bytes: null } : { name: 'connect', bytes: null };
  if (flags & FIN)
    return {
      name: bytes > 0 ? 'send, then close or shutdown' : 'close or shutdown',
      bytes: bytes > 0 ? bytes : null,
    };
  return bytes > 0 ? { name: 'send', bytes } : null;
}
