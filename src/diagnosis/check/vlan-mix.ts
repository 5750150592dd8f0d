import type { Capture } from '../../../capture/capture.ts';
import { type Columns, FIN, PROTOCOL, SYN } from '../../../capture/columns.ts';
import { readU16 } from '../../../capture/decode/bytes.ts';
import { ETHERTYPE } from '../../../capture/decode/ether-type.ts';
import { grown } from '../unacked.ts';
import { Proof } from './evidence.ts';

const HEADER = 14;
const TAG = 4;
const NUMBER_BITS = 12;
const NUMBER = 0xfff;
/** Connections that are mixed show soon: so many segments of each direction are looked at. */
const LOOKED_AT = 64;
/** Numbers so far apart are no copy on another VLAN and no other way of the same stream. */
const APART = 1 << 18;
const TAGS: ReadonlySet<number> = new Set([ETHERTYPE.vlan, ETHERTYPE.qinq, ETHERTYPE.oldQinq]);

/** Segments of a direction that came with another VLAN than its first one. */
interface Others {
  readonly ids: Set<number>;
  /** How many follow numbers of the first VLAN, and how many have numbers of their own. */
  near: number;
  readonly apart: Proof;
}

/** What of a direction is told: its VLANs, and the segments that are none of the connection on the first of them. */
export interface MixedVlans {
  readonly ids: readonly number[];
  readonly apart: Proof;
}

/**
 * Connections between the same addresses and ports on several VLANs: Wireshark 4.0 counts them as one conversation. Tags
 * that differ by direction, copies of a mirror and ways that change have the numbers of one stream; others have not.
 */
export class VlanMix {
  /** By direction: the VLAN of its first segment plus 1, where its numbers went last, and how many segments were looked at. */
  private first = new Uint32Array(0);
  private ends = new Int32Array(0);
  private looked = new Uint8Array(0);
  private readonly others = new Map<number, Others>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  take(columns: Columns, rowBase: number, capture: Capture, from = 0, to = columns.length): void {
    if (columns.plain !== null) return;
    const { networkAt, protocol, flow } = columns;
    for (let row = from; row < to; row++) {
      if (networkAt[row] === HEADER || protocol[row] !== PROTOCOL.tcp || (flow[row] ?? -1) < 0) continue;
      this.one(columns, row, rowBase, capture);
    }
  }

  /** What is mixed in a direction (flow * 2 + direction); null where nothing is. */
  mixed(direction: number): MixedVlans | null {
    const others = this.others.get(direction);
    if (others === undefined || others.apart.count <= others.near) return null;
    const tags = [(this.first[direction] ?? 1) - 1, ...others.ids];
    // The outer numbers of double tags, where the inner ones are the same.
    const inner = new Set(tags.map((tag) => tag & NUMBER));
    const ids = inner.size > 1 ? [...inner] : tags.map((tag) => tag >> NUMBER_BITS);
    return { ids: ids.sort((x, y) => x - y), apart: others.apart };
  }

  /** The flows that are mixed. */
  flows(): number[] {
    return [...this.others.keys()]
      .filter((direction) => this.mixed(direction) !== null)
      .map((direction) => direction >> 1);
  }

  private one(columns: Columns, row: number, rowBase: number, capture: Capture): void {
    const direction = (columns.flow[row] ?? 0) * 2 + (columns.direction[row] ?? 0);
    if (direction >= this.first.length) this.reserve(Math.max(direction + 1, capture.flows.length * 2));
    if ((this.looked[direction] ?? 0) >= LOOKED_AT) return;
    const id = vlanOf(capture.frame(row), columns.networkAt[row] ?? 0);
    if (id < 0) return;
    this.looked[direction] = (this.looked[direction] ?? 0) + 1;
    const seq = (columns.seq[row] ?? 0) | 0;
    const control = ((columns.flags[row] ?? 0) & (SYN | FIN)) === 0 ? 0 : 1;
    const end = (seq + (columns.payloadLen[row] ?? 0) + control) | 0;
    const known = this.first[direction] ?? 0;
    if (known === 0 || known === id + 1) {
      this.first[direction] = id + 1;
      this.ends[direction] = end;
    } else this.other(direction, id, seq, row + rowBase);
  }

  private other(direction: number, id: number, seq: number, row: number): void {
    const others = this.others.get(direction) ?? { ids: new Set(), near: 0, apart: new Proof() };
    this.others.set(direction, others);
    others.ids.add(id);
    if (Math.abs((seq - (this.ends[direction] ?? 0)) | 0) <= APART) others.near++;
    else others.apart.add(row, this.most);
  }

  private reserve(directions: number): void {
    const room = Math.max(directions, this.first.length * 2);
    this.first = grown(this.first, room);
    this.ends = grown(this.ends, room);
    this.looked = grown(this.looked, room);
  }
}

/** Numbers of the innermost VLAN, whose tag stands right before the IP header, and of that around it; -1 without a tag. */
function vlanOf(frame: Uint8Array, network: number): number {
  if (network < HEADER + TAG || network > frame.length) return -1;
  const inner = numberAt(frame, network - TAG);
  if (inner < 0 || network < HEADER + 2 * TAG) return inner;
  return (Math.max(0, numberAt(frame, network - 2 * TAG)) << NUMBER_BITS) | inner;
}

/** Number in the tag whose control field stands at `at`; -1 where none does. */
function numberAt(frame: Uint8Array, at: number): number {
  return TAGS.has(readU16(frame, at - 2)) ? readU16(frame, at) & NUMBER : -1;
}
