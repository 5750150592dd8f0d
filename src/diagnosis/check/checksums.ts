import type { Capture } from '../../../capture/capture.ts';
import { CHECKSUM, type ChecksumVerdict, transportChecksum } from '../../../capture/checksum.ts';
import { type Columns, PROTOCOL } from '../../../capture/columns.ts';
import { wholeOf, withWhole } from '../../../capture/datagram.ts';
import type { SecondCaptures } from '../second-captures.ts';

/** Checksums of so many packets are looked at, and of every segment that was sent again: a pattern shows in them. */
const LOOKED_AT = 20_000;

/** What was found of one direction of a flow. */
export interface ChecksumCounts {
  readonly flow: number;
  readonly direction: number;
  checked: number;
  wrong: number;
  partial: number;
  /** The first rows that are wrong, and that were left to the network card. */
  readonly wrongRows: number[];
  readonly partialRows: number[];
}

/** What the checksum says of the datagram that a row completes; unknown where it completes none. */
function datagramChecksum(capture: Capture, columns: Columns, row: number): ChecksumVerdict {
  const whole = columns.datagrams.get(row)?.whole ?? null;
  const capLen = columns.capLen[row] ?? 0;
  if (whole === null) return CHECKSUM.unknown;
  const packet = withWhole(capture.frame(row), whole, capture);
  if (packet.length < capLen + whole.length) return CHECKSUM.unknown;
  const isDecoded = wholeOf(columns, row) !== null;
  const transport = isDecoded ? (columns.transportAt[row] ?? 0xffff) : capLen + whole.at;
  return transportChecksum(packet, columns.networkAt[row] ?? 0, transport, columns.protocol[row] ?? 0);
}

/** Looks at the checksums of the first packets of a capture. */
export class Checksums {
  /** By flow * 2 + direction. */
  readonly counts = new Map<number, ChecksumCounts>();
  private readonly most: number;
  private readonly seconds: SecondCaptures;

  constructor(most: number, seconds: SecondCaptures) {
    this.most = most;
    this.seconds = seconds;
  }

  take(columns: Columns, rowBase: number, capture: Capture, from = 0, to = columns.length): void {
    const end = Math.min(to, LOOKED_AT - rowBase);
    for (let row = from; row < end; row++) {
      const protocol = columns.protocol[row] ?? 0;
      if (protocol !== PROTOCOL.tcp && protocol !== PROTOCOL.udp) continue;
      if (this.seconds.count > 0 && this.seconds.isCopied(row)) continue;
      const flow = columns.flow[row] ?? -1;
      const network = columns.networkAt[row] ?? 0xffff;
      const transport = columns.transportAt[row] ?? 0xffff;
      const isFragment = columns.fragments.size > 0 && columns.fragments.has(row);
      if (flow < 0 || network === 0xffff || (transport === 0xffff && !isFragment)) continue;
      if ((columns.capLen[row] ?? 0) < (columns.wireLen[row] ?? 0) || columns.problem[row] !== 0) continue;
      const verdict = isFragment
        ? datagramChecksum(capture, columns, row)
        : transportChecksum(capture.frame(row), network, transport, protocol);
      if (verdict !== CHECKSUM.unknown) this.note(flow, columns.direction[row] ?? 0, verdict, row + rowBase);
    }
  }

  private note(flow: number, direction: number, verdict: number, row: number): void {
    const key = flow * 2 + direction;
    let counts = this.counts.get(key);
    if (counts === undefined) {
      counts = { flow, direction, checked: 0, wrong: 0, partial: 0, wrongRows: [], partialRows: [] };
      this.counts.set(key, counts);
    }
    counts.checked++;
    if (verdict === CHECKSUM.right) return;
    const isWrong = verdict === CHECKSUM.wrong;
    if (isWrong) counts.wrong++;
    else counts.partial++;
    const rows = isWrong ? counts.wrongRows : counts.partialRows;
    if (rows.length < this.most) rows.push(row);
  }
}
