import type { Columns } from '../../capture/columns.ts';
import { readU16, readU32 } from '../../capture/decode/bytes.ts';
import { eachTcpOption, FAST_OPEN_EXPERIMENT, TCP_OPTION } from '../../capture/decode/tcp-options.ts';
import { RowNumbers } from './row-numbers.ts';

/** Values beside the flags. Times in ns, rows counted from 0. */
export type StrictValue =
  | 'duplicate_ack_num'
  | 'duplicate_ack_frame'
  | 'acks_frame'
  | 'ack_rtt'
  | 'initial_rtt'
  | 'bytes_in_flight'
  | 'push_bytes_sent'
  | 'rto'
  | 'rto_frame'
  /** A mark: there is an analysis, with contents or without; bytes in flight were counted, whatever came of it. */
  | 'looked_at'
  | 'fin_active'
  | 'fin_passive'
  | 'tfo_syn'
  | 'tfo_ack'
  | 'tfo_ignored';

const ROWS: readonly StrictValue[] = ['duplicate_ack_frame', 'acks_frame', 'rto_frame'];
const TIMES: readonly StrictValue[] = ['ack_rtt', 'initial_rtt', 'rto'];

/** What stands beside the analysis, not in it. */
const OUTSIDE: ReadonlySet<StrictValue> = new Set([
  ...(['fin_active', 'fin_passive', 'tfo_syn', 'tfo_ack', 'tfo_ignored'] as const),
]);

/** What the strict analysis says in numbers, kept for the rows that have it: only for who asks, because it costs memory. */
export class StrictValues {
  private readonly values = new Map<StrictValue, RowNumbers>();
  /** Directions in which a segment is missing, until the other side acknowledges anything. */
  private readonly missing = new Set<number>();
  /** Bytes that the latest segment of a direction reports as received out of order (RFC 2018). */
  private readonly sacked = new Map<number, number>();
  /** Direction that closed first, by flow. */
  private readonly closers = new Map<number, number>();
  /** Flows whose SYN carried data with a Fast Open cookie. */
  private readonly fastOpens = new Set<number>();
  private readonly furthest = new Map<number, number>();
  private isSilent = false;
  private readonly frame: ((row: number) => Uint8Array) | null;

  /** `frame` gives the bytes of a row; without it nothing is known of selective acknowledgements. */
  constructor(frame: ((row: number) => Uint8Array) | null = null) {
    this.frame = frame;
  }

  /** Whether what is set inside the analysis is dropped. */
  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
  }

  set(name: StrictValue, row: number, value: number): void {
    if (this.isSilent && !OUTSIDE.has(name)) return;
    let known = this.values.get(name);
    if (known === undefined) {
      known = new RowNumbers();
      this.values.set(name, known);
    }
    known.set(row, value);
  }

  /** Whether the row has any value. */
  any(row: number): boolean {
    for (const [name, known] of this.values) if (!OUTSIDE.has(name) && known.has(row)) return true;
    return false;
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

  /** A direction has come further than before. */
  advanced(direction: number, row: number): void {
    this.furthest.set(direction, row);
  }

  /** Row that brought a direction as far as it is; -1 when it has sent nothing. */
  furthestRow(direction: number): number {
    return this.furthest.get(direction) ?? -1;
  }

  /** A FIN: the side that sends the first one closes, the other is closed. */
  fin(direction: number, row: number): void {
    const flow = direction >> 1;
    const first = this.closers.get(flow) ?? direction;
    this.closers.set(flow, first);
    this.set(first === direction ? 'fin_active' : 'fin_passive', row, 1);
  }

  /**
   * A SYN with a Fast Open cookie (RFC 7413), and the answer, which takes its data or not. tshark takes each answer that
   * acknowledges more than a SYN for one that takes data.
   */
  syn(direction: number, row: number, columns: Columns, at: number): void {
    if (!this.hasCookie(columns, at)) return;
    this.set('tfo_syn', row, 1);
    if ((columns.payloadLen[at] ?? 0) > 0) this.fastOpens.add(direction >> 1);
  }

  /** `acked`: the relative number that the answer acknowledges, as 32 unsigned bits; 1 is the SYN itself. */
  synAnswer(direction: number, row: number, acked: number): void {
    if (acked > 1) this.set('tfo_ack', row, 1);
    else if (this.fastOpens.has(direction >> 1)) this.set('tfo_ignored', row, 1);
  }

  /** Without a cookie the option only asks for one. */
  private hasCookie(columns: Columns, row: number): boolean {
    let found = false;
    this.eachOption(columns, row, (number, at, length, frame) => {
      if (at + length > frame.length) return;
      if (number === TCP_OPTION.fastOpen && length > 2) found = true;
      const isExperiment = number === TCP_OPTION.experiment1 || number === TCP_OPTION.experiment2;
      if (isExperiment && length > 4 && readU16(frame, at + 2) === FAST_OPEN_EXPERIMENT) found = true;
    });
    return found;
  }

  /** The last option may reach beyond the frame, where that is cut. */
  private eachOption(
    columns: Columns,
    row: number,
    visit: (number: number, at: number, length: number, frame: Uint8Array) => void,
  ): void {
    const at = columns.transportAt[row] ?? 0xffff;
    const frame = this.frame?.(row);
    if (frame === undefined || at === 0xffff) return;
    const headerEnd = at + ((frame[at + 12] ?? 0) >> 4) * 4;
    eachTcpOption(frame, at + 20, Math.min(frame.length, headerEnd), (number, optionAt, length) => {
      if (optionAt + length <= headerEnd) visit(number, optionAt, length, frame);
    });
  }

  lost(direction: number): void {
    this.missing.add(direction);
  }

  isLost(direction: number): boolean {
    return this.missing.has(direction);
  }

  answered(direction: number): void {
    this.missing.delete(direction);
  }

  sackedBy(direction: number): number {
    return this.sacked.get(direction) ?? 0;
  }

  /** Adds up the blocks of a segment's SACK option. */
  takeSacks(direction: number, columns: Columns, row: number): void {
    let bytes = 0;
    this.eachOption(columns, row, (number, at, length, frame) => {
      if (number !== TCP_OPTION.sack) return;
      // Of a cut option the blocks count that are there.
      for (let block = at + 2; block + 8 <= Math.min(at + length, frame.length); block += 8)
        bytes += (readU32(frame, block + 4) - readU32(frame, block)) | 0;
    });
    this.sacked.set(direction, bytes);
  }

  duplicateAck(row: number, count: number, of: number): void {
    this.set('duplicate_ack_num', row, count);
    this.set('duplicate_ack_frame', row, of);
  }

  retransmission(row: number, since: number, of: number): void {
    // A copy at the same time has waited for nothing.
    if (since === 0) return;
    this.set('rto', row, since);
    if (of >= 0) this.set('rto_frame', row, of);
  }

  acks(row: number, of: number, rtt: number): void {
    this.set('acks_frame', row, of);
    if (rtt !== 0) this.set('ack_rtt', row, rtt);
  }
}
