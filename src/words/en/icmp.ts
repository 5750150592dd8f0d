import type { IcmpWords } from '../issue-parts.ts';

/** What ICMP errors say. */
export const ICMP: IcmpWords = {
  codes4: [
    ...['network unreachable', 'host unreachable', 'protocol unreachable', 'port unreachable'],
    ...['packet too big, may not be fragmented', 'source route failed'],
    ...['network unknown', 'host unknown', 'source host isolated'],
    ...['network forbidden', 'host forbidden'],
    ...['network unreachable for this type of service', 'host unreachable for this type of service'],
    ...['forbidden by a filter', 'precedence not allowed', 'precedence too low'],
  ],
  codes6: [
    ...['no route', 'forbidden by a filter', 'beyond the scope of the source address', 'address unreachable'],
    ...['port unreachable', 'source address refused by a policy', 'route rejected'],
    'error in the source route',
  ],
  unreachable: 'destination unreachable',
  code: 'code',
  tooBig: 'packet too big',
  exceeded: ['time to live exceeded', 'fragments missing when the time for reassembly was over'],
  problem: {
    4: ['a field of its header makes no sense', 'an option that it needs is missing', 'bad length'],
    6: ['a field of its header makes no sense', 'next header not known', 'option not known'],
  },
  other: (type, code) => `type ${type} code ${code}`,
};
