import { NEXT, type Next } from './decoding.ts';

/** Unreachable, source quench, redirect, time exceeded, parameter problem: they quote the packet they are about. */
export const ICMP_ERRORS: readonly number[] = [3, 4, 5, 11, 12];
/** RFC 4443 §2.1: error messages have types under 128; these are the ones that exist. */
export const ICMPV6_ERRORS: readonly number[] = [1, 2, 3, 4];
export const ICMP_ECHO: readonly number[] = [0, 8];
export const ICMPV6_ECHO: readonly number[] = [128, 129];

const HEADER = 8;

/** Whether the header of this kind at `at` is an ICMP error, which quotes a packet behind its 8 bytes. */
export function isIcmpError(bytes: Uint8Array, kind: Next, at: number, end: number): boolean {
  if (end - at < HEADER) return false;
  if (kind === NEXT.icmp) return ICMP_ERRORS.includes(bytes[at]!);
  return kind === NEXT.icmpv6 && ICMPV6_ERRORS.includes(bytes[at]!);
}
