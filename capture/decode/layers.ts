import type { Whole } from '../columns.ts';
import { capturedOf } from '../datagram.ts';
import { Decoding, NEXT, type Next } from './decoding.ts';
import { isIcmpError } from './icmp-types.ts';
import { decodeHeaders, decodePacket } from './packet.ts';
import { nextOfWhole } from './whole-datagram.ts';

/** A header of one frame, for showing; offsets are from the start of the frame. */
export interface Layer {
  readonly kind: Next;
  readonly at: number;
  /** Where the bytes captured of the header and what it carries end, and where they end on the wire. */
  readonly end: number;
  readonly wireEnd: number;
  /** It stands in a packet that an ICMP error quotes. */
  readonly quoted: boolean;
  /** It is in the first fragment of a datagram. */
  readonly firstFragment: boolean;
}

const CELLS = 4;
/** Errors about errors do not exist; a few levels are followed all the same. */
const MAX_QUOTES = 4;
const QUOTE_AT = 8;

const trace: number[] = [];
/** Used for every frame: nothing is kept in it between two, and making one takes as long as many frames. */
const scratch = new Decoding();
scratch.trace = trace;
scratch.fragments = null;
scratch.row = scratch.columns.add();

/**
 * Takes a single frame apart once more, by the same decoders: the headers in the first `capLen` bytes of `frame`, outermost first,
 * those that an ICMP error quotes last. Where the frame completes a datagram of fragments that is to be put together, the
 * datagram's bytes follow on the frame's, and its headers on its own.
 */
export function findLayers(
  frame: Uint8Array,
  capLen: number,
  wireLen: number,
  linkType: number,
  whole: Whole | null = null,
): Layer[] {
  scratch.forget();
  scratch.quoted = false;
  trace.length = 0;
  decodePacket(frame, 0, capLen, wireLen, linkType, scratch);
  const layers: Layer[] = [];
  take(layers, false);
  if (whole !== null) decodeWhole(frame, capLen, whole, layers);
  for (let quotes = 0; quotes < MAX_QUOTES; quotes++) {
    const last = layers[layers.length - 1];
    if (last === undefined || !isIcmpError(frame, last.kind, last.at, last.end)) break;
    trace.length = 0;
    scratch.firstFragment = false;
    scratch.quoted = true;
    scratch.end = last.end;
    scratch.wireEnd = last.wireEnd;
    scratch.next = NEXT.ip;
    decodeHeaders(frame, last.at + QUOTE_AT, scratch);
    take(layers, true);
  }
  return layers;
}

/** The headers of a datagram that the frame completes, and which stands behind it. */
function decodeWhole(bytes: Uint8Array, capLen: number, whole: Whole, layers: Layer[]): void {
  const { at, length, pieces } = whole;
  trace.length = 0;
  scratch.firstFragment = false;
  scratch.end = capLen + capturedOf(pieces);
  scratch.wireEnd = capLen + length;
  scratch.next = nextOfWhole(whole);
  decodeHeaders(bytes, capLen + at, scratch);
  take(layers, false);
}

function take(layers: Layer[], quoted: boolean): void {
  for (let cell = 0; cell < trace.length; cell += CELLS) {
    layers.push({
      kind: trace[cell] as Next,
      at: trace[cell + 1]!,
      end: trace[cell + 2]!,
      wireEnd: trace[cell + 3]!,
      quoted,
      firstFragment: scratch.firstFragment,
    });
  }
}
