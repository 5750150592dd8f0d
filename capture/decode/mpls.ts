import { type Decoding, NEXT } from './decoding.ts';
import { PROBLEM } from './problems.ts';
import { pseudowireAt } from './pseudowire.ts';

// A label stack entry, RFC 3032 §2.1: label 20 bits, traffic class 3, bottom of stack 1, time to live 8.
const ENTRY = 4;
const BOTTOM = 0x01;

/** Decodes one label at `at`. What is under the last label is told by its first four bits, as routers do (RFC 4928). */
export function decodeMpls(bytes: Uint8Array, at: number, end: number, out: Decoding): number {
  out.next = NEXT.nothing;
  if (end - at < ENTRY) return out.stop(PROBLEM.mplsTruncated, at);
  const next = at + ENTRY;
  if ((bytes[at + 2]! & BOTTOM) === 0) {
    out.next = NEXT.mpls;
    return next;
  }
  if (next >= end) return next;
  const version = bytes[next]! >> 4;
  if (version === 4) out.next = NEXT.ipv4;
  else if (version === 6) out.next = NEXT.ipv6;
  else if (version === 0) out.next = pseudowireAt(bytes, next, end);
  return next;
}
