/** Values beside the flags. Times in ns, rows counted from 0. */
export type StrictValue =
  | 'duplicate_ack_num'
  | 'duplicate_ack_frame'
  | 'acks_frame'
  | 'ack_rtt'
  | 'initial_rtt'
  | 'bytes_in_flight'
  | 'push_bytes_sent'
  | 'rto';

const ROWS: readonly StrictValue[] = ['duplicate_ack_frame', 'acks_frame'];
const TIMES: readonly StrictValue[] = ['ack_rtt', 'initial_rtt', 'rto'];

/** What the strict analysis says in numbers, kept for the rows that have it: only for who asks, because it costs memory. */
export class StrictValues {
  private readonly values = new Map<StrictValue, Map<number, number>>();

  set(name: StrictValue, row: number, value: number): void {
    const known = this.values.get(name);
    if (known === undefined) this.values.set(name, new Map([[row, value]]));
    else known.set(row, value);
  }

  /** undefined where the row has none. */
  get(name: StrictValue, row: number): number | undefined {
    return this.values.get(name)?.get(row);
  }

  /** As Wireshark prints `tcp.analysis.NAME`; '' where the row has none. `frame` turns a row into its frame.number. */
  text(name: StrictValue, row: number, frame: (row: number) => number = (other) => other + 1): string {
    const value = this.get(name, row);
    if (value === undefined) return '';
    if (ROWS.includes(name)) return `${frame(value)}`;
    if (!TIMES.includes(name)) return `${value}`;
    const size = Math.abs(value);
    const seconds = Math.floor(size / 1e9);
    return `${value < 0 ? '-' : ''}${seconds}.${Math.round(size - seconds * 1e9)
      .toString()
      .padStart(9, '0')}`;
  }

  duplicateAck(row: number, count: number, of: number): void {
    this.set('duplicate_ack_num', row, count);
    this.set('duplicate_ack_frame', row, of);
  }

  retransmission(row: number, since: number): void {
    // A copy at the same time has waited for nothing.
    if (since !== 0) this.set('rto', row, since);
  }

  acks(row: number, of: number, rtt: number): void {
    this.set('acks_frame', row, of);
    if (rtt !== 0) this.set('ack_rtt', row, rtt);
  }
}
