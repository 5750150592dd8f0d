import type { Facts } from '../timeline/facts.ts';
import type { Finding } from '../timeline/types.ts';

/** Everything worth noticing in a session, gravest first, then in order of time. */
export function findingsOf(facts: Facts): readonly Finding[] {
  void facts;
  return [];
}
