import { type Columns, RST, SYN } from '../../../capture/columns.ts';
import { tcpOptions } from '../../../capture/decode/tcp-options.ts';
import type { RecentFrames } from '../recent-frames.ts';

/** Seconds. A shorter silence is of no interest; what TCP's time stamps do not tell is asked of a whole day only. */
const SILENCE_MIN = 10;
const DAY = 86_400;
/** A jump is far longer than any silence before it. */
const FAR_LONGER = 4;
/** Rows on both sides of a silence in which conversations are looked for that go on; without time stamps these few. */
const AROUND = 256;
const CLOSE = 16;
/** Ticks of a clock of 1 ms, RFC 7323's fastest. */
const OVERTAKEN = 1000;
const HEADERS = 512;
const TCP = { number: 6, header: 20, dataOffset: 12, flags: 13 } as const;

/** A silence in which the clock was set forward, or may have been. */
export interface ClockJump {
  /** The first row behind it. */
  readonly row: number;
  readonly seconds: number;
  /** Conversations that go on as if it had not been. */
  readonly flows: number;
  /** Seconds that went by at most, by the time stamps of both ends; null where there are none, and it may be a silence. */
  readonly passed: number | null;
}

/**
 * Where the clock of a capture goes forward by far more than time went by. Time stamps of TCP prove it: they go on by one
 * a second at least (RFC 7323 §5.4). Where they show that time went by, or only those of one end are known, nothing is told.
 */
export class ClockJumps {
  private readonly frames: RecentFrames;
  private readonly found: ClockJump[] = [];
  private waiting: { readonly row: number; readonly seconds: number } | null = null;
  private longest = SILENCE_MIN / FAR_LONGER;
  private beforeSec = 0;
  private beforeNsec = 0;
  private rows = 0;

  constructor(frames: RecentFrames) {
    this.frames = frames;
  }

  /** Takes rows `from` … `to`. Only where a whole part lasts long is it looked at row by row. */
  take({ sec, nsec }: Columns, rowBase: number, from: number, to: number): void {
    if (to <= from) return;
    if (this.rows === 0) [this.beforeSec, this.beforeNsec] = [sec[from] ?? 0, nsec[from] ?? 0];
    const last = sec[to - 1] ?? 0;
    if (last - this.beforeSec >= SILENCE_MIN)
      for (let row = from; row < to; row++) {
        const [beforeSec, beforeNsec] =
          row === from ? [this.beforeSec, this.beforeNsec] : [sec[row - 1] ?? 0, nsec[row - 1] ?? 0];
        const silence = (sec[row] ?? 0) - beforeSec;
        if (silence >= this.longest) this.silent(row + rowBase, silence, (nsec[row] ?? 0) - beforeNsec);
      }
    [this.beforeSec, this.beforeNsec] = [last, nsec[to - 1] ?? 0];
    this.rows = rowBase + to;
    if (this.waiting !== null && this.rows >= this.waiting.row + AROUND) this.settle(this.rows);
  }

  private silent(row: number, seconds: number, ns: number): void {
    if (seconds >= this.longest * FAR_LONGER) {
      this.settle(row);
      this.waiting = { row, seconds: seconds + ns / 1e9 };
    }
    this.longest = seconds;
  }

  /** Those that were found so far. */
  list(): readonly ClockJump[] {
    const last = this.judged(this.rows);
    return last === null ? this.found : [...this.found, last];
  }

  private settle(rows: number): void {
    const jump = this.judged(rows);
    if (jump !== null) this.found.push(jump);
    this.waiting = null;
  }

  private judged(rows: number): ClockJump | null {
    if (this.waiting === null) return null;
    const { row, seconds } = this.waiting;
    const before = this.segments(Math.max(0, row - AROUND), row, rows, true);
    const after = this.segments(row, Math.min(rows, row + AROUND), rows, false);
    const { flows, passed, known } = compared(before, after, seconds);
    if (flows > 0) return { row, seconds, flows, passed };
    if (known || seconds < DAY) return null;
    const goOn = new Set<string>();
    for (const [key, { at, conversation, isAnew }] of after)
      if (!isAnew && at < row + CLOSE && (before.get(key)?.at ?? -1) >= row - CLOSE) goOn.add(conversation);
    return goOn.size === 0 ? null : { row, seconds, flows: goOn.size, passed: null };
  }

  /** The first or the last segment of each direction of a conversation in some rows. */
  private segments(from: number, to: number, now: number, isLast: boolean): Map<string, StampedSegment> {
    const found = new Map<string, StampedSegment>();
    for (let row = from; row < to; row++) {
      const frame = this.frames.frame(row, now, HEADERS);
      const segment = frame === null ? null : stamped(frame.bytes, frame.network, frame.transport, row);
      if (segment !== null && (isLast || !found.has(segment.key))) found.set(segment.key, segment);
    }
    return found;
  }
}

interface StampedSegment {
  readonly at: number;
  /** Who sent it to whom; the same for both directions. */
  readonly key: string;
  readonly conversation: string;
  /** It begins or ends a conversation: time stamps before and after it are not of one. */
  readonly isAnew: boolean;
  /** Its time stamp; null where it has none. */
  readonly stamp: number | null;
}

function stamped(bytes: Uint8Array, network: number, transport: number, at: number): StampedSegment | null {
  const isSix = (bytes[network] ?? 0) >> 4 === 6;
  const [protocolAt, addressesAt, length] = isSix ? [6, 8, 16] : [9, 12, 4];
  if (bytes[network + protocolAt] !== TCP.number || transport + TCP.header > bytes.length) return null;
  const isAnew = ((bytes[transport + TCP.flags] ?? 0) & (SYN | RST)) !== 0;
  const end = (index: number): string => {
    const address = network + addressesAt + index * length;
    const port = transport + index * 2;
    return [...bytes.subarray(address, address + length), ...bytes.subarray(port, port + 2)].join('.');
  };
  const [from, to] = [end(0), end(1)];
  const optionsEnd = transport + ((bytes[transport + TCP.dataOffset] ?? 0) >> 4) * 4;
  const stamps = tcpOptions(bytes, transport + TCP.header, optionsEnd).find(
    ({ kind }) => kind === 'timestamps',
  );
  return {
    at,
    key: `${from} ${to}`,
    conversation: from < to ? `${from} ${to}` : `${to} ${from}`,
    isAnew,
    stamp: stamps?.kind === 'timestamps' && !isAnew ? stamps.value : null,
  };
}

/** Conversations of which the time stamps of both ends prove a jump, and how long the silence lasted at most. */
function compared(
  before: ReadonlyMap<string, StampedSegment>,
  after: ReadonlyMap<string, StampedSegment>,
  seconds: number,
): { readonly flows: number; readonly passed: number; readonly known: boolean } {
  const proofs = new Map<string, number>();
  let [flows, passed, known] = [0, Number.POSITIVE_INFINITY, false];
  for (const [key, { stamp, conversation }] of after) {
    const earlier = before.get(key)?.stamp ?? null;
    if (stamp === null || earlier === null) continue;
    known = true;
    // Numbers go round, and a segment may be overtaken by one with a later stamp; far back they are another clock's.
    const ticks = (stamp - earlier) | 0;
    if (ticks < -OVERTAKEN) continue;
    const atMost = Math.max(0, ticks) + 1;
    if (atMost * 2 > seconds) return { flows: 0, passed: 0, known };
    const other = proofs.get(conversation);
    proofs.set(conversation, atMost);
    if (other === undefined) continue;
    flows++;
    passed = Math.min(passed, Math.max(other, atMost));
  }
  return { flows, passed, known };
}
