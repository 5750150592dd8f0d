import type { Issue } from '../diagnosis/check/report.ts';

/** How the ends of the conversation of an issue are called: '10.0.0.1:80'. */
export interface Ends {
  readonly a: string;
  readonly b: string;
}

/** How a kind of issue is told of. */
export interface Wording {
  /** What a group of issues of one kind is called. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly why: string;
  /** One issue. */
  readonly say: (issue: Issue, ends: Ends) => string;
}

export const n = (issue: Issue, name: string): number => Number(issue.params[name] ?? 0);
export const t = (issue: Issue, name: string): string => String(issue.params[name] ?? '');
export const side = (issue: Issue, ends: Ends): string => (t(issue, 'side') === 'A' ? ends.a : ends.b);
export const otherSide = (issue: Issue, ends: Ends): string => (t(issue, 'side') === 'A' ? ends.b : ends.a);

/** The words of ICMP messages in one language. */
export interface IcmpWords {
  /** Codes of ICMP "destination unreachable" (RFC 792, RFC 1812 section 5.2.7.1) and of ICMPv6 (RFC 4443 section 3.1). */
  readonly codes4: readonly string[];
  readonly codes6: readonly string[];
  unreachable(what: string): string;
  readonly code: string;
  readonly tooBig: string;
  readonly exceeded: string;
  other(type: number, code: number): string;
}

/** What an ICMP error says. */
export function icmpText(issue: Issue, words: IcmpWords): string {
  const code = n(issue, 'code');
  const type = code >> 8;
  const v6 = n(issue, 'version') === 6;
  const unreachable = v6 ? type === 1 : type === 3;
  const texts = v6 ? words.codes6 : words.codes4;
  if (unreachable) return words.unreachable(texts[code & 255] ?? `${words.code} ${code & 255}`);
  if (v6 && type === 2) return words.tooBig;
  if (type === (v6 ? 3 : 11)) return words.exceeded;
  return words.other(type, code & 255);
}
