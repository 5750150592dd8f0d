/** struct tcp_info of <linux/tcp.h>: where its fields are, by the names that `ss -i` and the kernel use without 'tcpi_'. */

/** What is asked for: up to tcpi_rcv_wnd (Linux 6.2); older kernels give less and say how much. */
export const TCP_INFO_SIZE = 240;

type Width = 'u8' | 'u32' | 'u64';
const FIELDS: readonly (readonly [name: string, offset: number, width: Width])[] = [
  ['state', 0, 'u8'],
  ['ca_state', 1, 'u8'],
  ['retransmits', 2, 'u8'],
  ['probes', 3, 'u8'],
  ['backoff', 4, 'u8'],
  ['rto_us', 8, 'u32'],
  ['ato_us', 12, 'u32'],
  ['snd_mss', 16, 'u32'],
  ['rcv_mss', 20, 'u32'],
  ['unacked', 24, 'u32'],
  ['sacked', 28, 'u32'],
  ['lost', 32, 'u32'],
  ['retrans', 36, 'u32'],
  ['pmtu', 60, 'u32'],
  ['rcv_ssthresh', 64, 'u32'],
  ['rtt_us', 68, 'u32'],
  ['rttvar_us', 72, 'u32'],
  ['snd_ssthresh', 76, 'u32'],
  ['cwnd', 80, 'u32'],
  ['advmss', 84, 'u32'],
  ['reordering', 88, 'u32'],
  ['rcv_rtt_us', 92, 'u32'],
  ['rcv_space', 96, 'u32'],
  ['total_retrans', 100, 'u32'],
  ['bytes_acked', 120, 'u64'],
  ['bytes_received', 128, 'u64'],
  ['segs_out', 136, 'u32'],
  ['segs_in', 140, 'u32'],
  ['notsent_bytes', 144, 'u32'],
  ['min_rtt_us', 148, 'u32'],
  ['delivery_rate', 160, 'u64'],
  ['rwnd_limited_us', 176, 'u64'],
  ['sndbuf_limited_us', 184, 'u64'],
  ['bytes_sent', 200, 'u64'],
  ['bytes_retrans', 208, 'u64'],
  ['snd_wnd', 228, 'u32'],
  ['rcv_wnd', 232, 'u32'],
];
/** State numbers of <net/tcp_states.h>; for a listening socket 'unacked' is the accept queue and 'sacked' its limit. */
export const TCP_STATE_NAMES = [
  '',
  'ESTABLISHED',
  'SYN-SENT',
  'SYN-RECEIVED',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSED',
  'CLOSE-WAIT',
  'LAST-ACK',
  'LISTEN',
  'CLOSING',
  'SYN-RECEIVED',
] as const;

/** The fields that `bytes` is long enough to hold. */
export function decodeTcpInfo(bytes: Uint8Array): Readonly<Record<string, number>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const info: Record<string, number> = {};
  for (const [name, offset, width] of FIELDS) {
    const size = width === 'u8' ? 1 : width === 'u32' ? 4 : 8;
    if (offset + size > bytes.byteLength) break;
    if (width === 'u8') info[name] = view.getUint8(offset);
    else if (width === 'u32') info[name] = view.getUint32(offset, true);
    else info[name] = Number(view.getBigUint64(offset, true));
  }
  return info;
}
