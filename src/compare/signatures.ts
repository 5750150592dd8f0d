import { ACK, FIN, PROTOCOL, RST, SYN } from '../../capture/columns.ts';
import { FLAG, READING } from '../diagnosis/flags.ts';
import type { Call } from '../sockets/call.ts';
import { UNITS_A_STEP, type Units } from './units.ts';

const SENT_AGAIN =
  FLAG.retransmission | FLAG.fastRetransmission | FLAG.spuriousRetransmission | READING.sentAgain;

/** Whether these bits say that a segment was sent before. */
export function isSentAgain(found: number): boolean {
  return (found & SENT_AGAIN) !== 0 && (found & READING.dataBehind) === 0;
}
const MOST_BYTES = 2 ** 20 - 1;
/** Arguments that make a call another one: which option, which end. */
const SELECTORS: readonly string[] = ['type', 'optname', 'name', 'cmd', 'how', 'request'];

/** What a unit is: `coarse` is its kind, `fine` also its size and outcome. Equal numbers mean the same in both runs. */
export interface Signatures {
  readonly coarse: Int32Array;
  readonly fine: Int32Array;
}

/** Numbers for the signatures of both runs. */
export class SignatureBook {
  private readonly numbers = new Map<string | number, number>();

  *of(units: Units): Generator<void, Signatures> {
    const { length, isCall, subjects, timeline } = units;
    const coarse = new Int32Array(length);
    const fine = new Int32Array(length);
    for (let unit = 0; unit < length; unit++) {
      if (unit % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
      const subject = subjects[unit] ?? 0;
      if (isCall[unit] === 0) {
        const kind = packetKind(units, subject);
        coarse[unit] = this.number(kind);
        fine[unit] = this.number(packetDetail(units, subject, kind));
      } else {
        const call = timeline.session.calls[subject];
        if (call === undefined) continue;
        const kind = callKind(call);
        coarse[unit] = this.number(kind);
        fine[unit] = this.number(`${kind} ${call.length} ${call.errno ?? outcome(call)}`);
      }
    }
    return { coarse, fine };
  }

  private number(key: string | number): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const made = this.numbers.size;
    this.numbers.set(key, made);
    return made;
  }
}

/** A small number for the kind of a packet: SYN, SYN with ACK, RST, FIN, data, acknowledgement; ICMP by type and code. */
function packetKind({ timeline }: Units, packet: number): number {
  const { columns } = timeline.session.capture;
  const protocol = columns.protocol[packet] ?? 0;
  if (protocol === PROTOCOL.icmp || protocol === PROTOCOL.icmpv6)
    return (protocol << 17) | (columns.seq[packet] ?? 0);
  const flags = columns.flags[packet] ?? 0;
  const kind =
    protocol !== PROTOCOL.tcp
      ? 0
      : (flags & RST) !== 0
        ? 1
        : (flags & SYN) !== 0
          ? (flags & ACK) !== 0
            ? 3
            : 2
          : (flags & FIN) !== 0
            ? 4
            : (columns.payloadLen[packet] ?? 0) > 0
              ? 5
              : 6;
  return (protocol << 17) | kind;
}

/** Negative, so that it is no kind: kind, flags, length and what befell the packet in 51 bits. */
function packetDetail({ timeline, analysis, lost }: Units, packet: number, kind: number): number {
  const { columns } = timeline.session.capture;
  const again = isSentAgain(analysis[packet] ?? 0) ? 1 : 0;
  const flags = (columns.flags[packet] ?? 0) & 0x1ff;
  const bits = flags * 4 + again * 2 + (lost.has(packet) ? 1 : 0);
  return (
    -1 - ((kind * 2048 + bits) * (MOST_BYTES + 1) + Math.min(columns.payloadLen[packet] ?? 0, MOST_BYTES))
  );
}

function callKind({ name, args }: Call): string {
  const selected = SELECTORS.flatMap((key) => (args[key] === undefined ? [] : [`${args[key]}`]));
  return [name, ...selected].join(' ');
}

/** What a call returned; of one that made a descriptor only that it did: its number means nothing. */
function outcome({ created, ret }: Call): string {
  return created === null ? `${ret}` : 'descriptor';
}
