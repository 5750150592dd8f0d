import { FLAG_FIELDS } from '../../src/diagnosis/flags.ts';
import { tsharkFields } from '../shared.ts';
import type { SampleFacts } from './facts.ts';

const FIXED = ['frame.number', 'tcp.stream', 'udp.stream', 'tcp.srcport'];

/** Where the installed tshark counts otherwise than a sample's facts say: packets, conversations, every flag. */
export function tsharkCounts(file: string, facts: SampleFacts): string[] {
  const fields = [...FIXED, ...FLAG_FIELDS.map(([, field]) => field)];
  const rows = tsharkFields(file, fields);
  const wrong: string[] = [];
  const same = (what: string, theirs: number, ours: number): void => {
    if (theirs !== ours) wrong.push(`${what}: tshark ${theirs}, we ${ours}`);
  };
  same('TCP packets', rows.filter((row) => (row[1] ?? '') !== '' && (row[2] ?? '') === '').length, facts.tcp);
  const streams = new Set(rows.map((row) => row[1] ?? '').filter((stream) => stream !== ''));
  same('TCP conversations', streams.size, facts.conversations.length);
  for (const one of facts.conversations)
    same(
      `packets of stream ${one.stream}`,
      rows.filter((row) => row[1] === `${one.stream}`).length,
      one.packets,
    );
  for (const [index, [, field]] of FLAG_FIELDS.entries()) {
    const theirs = rows.filter((row) => (row[FIXED.length + index] ?? '') !== '').length;
    same(field, theirs, facts.flags[field] ?? 0);
  }
  return wrong;
}
