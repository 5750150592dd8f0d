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
  /** Of a code that is not among them. */
  readonly unreachable: string;
  readonly code: string;
  readonly tooBig: string;
  /** Codes of "time exceeded": on the way, and while fragments were waited for. */
  readonly exceeded: readonly [onTheWay: string, fragments: string];
  /** Codes of "parameter problem", by the version of IP (RFC 792, RFC 1122 section 3.2.2.5; RFC 4443 section 3.4). */
  readonly problem: Readonly<Record<4 | 6, readonly string[]>>;
  other(type: number, code: number): string;
}

/** What an ICMP error says whose type * 256 + code this is, with the number of its code: 'port unreachable (code 3)'. */
export function icmpText(both: number, version: number, words: IcmpWords): string {
  const [type, code] = [both >> 8, both & 255];
  const v6 = version === 6;
  const numbered = (text: string): string => `${text} (${words.code} ${code})`;
  if (type === (v6 ? 1 : 3)) return numbered((v6 ? words.codes6 : words.codes4)[code] ?? words.unreachable);
  if (v6 && type === 2) return words.tooBig;
  if (type === (v6 ? 3 : 11)) return numbered(words.exceeded[code] ?? words.exceeded[0]);
  const problems = type === (v6 ? 4 : 12) ? words.problem[v6 ? 6 : 4] : [];
  const problem = problems[code] ?? problems[0];
  return problem === undefined ? words.other(type, code) : numbered(problem);
}
