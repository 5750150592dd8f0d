import type { Facts } from '../timeline/facts.ts';
import type { Finding } from '../timeline/types.ts';
import { callFindings } from './findings-calls.ts';
import { tcpFindings } from './findings-tcp.ts';
import { udpFindings } from './findings-udp.ts';

const GRAVITY: Readonly<Record<Finding['severity'], number>> = { warning: 0, note: 1, chat: 2 };

/** What is worth noticing in a session with calls: the gravest first. One finding for each kind and end, with its first proof. */
export function* findingsInSteps(facts: Facts): Generator<void, readonly Finding[]> {
  const found = [
    ...(yield* tcpFindings(facts)),
    ...(yield* udpFindings(facts)),
    ...(yield* callFindings(facts)),
  ];
  return found.sort((x, y) => GRAVITY[x.severity] - GRAVITY[y.severity]);
}
