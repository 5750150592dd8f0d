import { totalOf } from '../../timeline/call-ranges.ts';
import { factsOf } from '../../timeline/facts.ts';
import type { SideCalls } from '../../timeline/tcp-side.ts';
import type { Timeline } from '../../timeline/types.ts';
import { endsOf } from './ends.ts';
import type { Issue } from './report.ts';
import type { Teller } from './teller.ts';

/** Bytes that one program handed over to send and the other never received, of connections with both ends in the run. */
export function* undeliveredIssues(timeline: Timeline, tell: Teller): Generator<Issue> {
  const { session } = timeline;
  const facts = factsOf(timeline);
  for (const [flow, both] of facts.sides.entries()) {
    if (both === null) continue;
    for (const side of [0, 1] as const) {
      const sender: SideCalls | null = both[side].calls;
      const receiver: SideCalls | null = both[side === 0 ? 1 : 0].calls;
      if (sender === null || receiver === null) continue;
      const last = sender.sends.call[sender.sends.length - 1];
      // Of a send that never returned it is not known how much it handed over.
      if (last !== undefined && session.calls[last]?.exitNs === null) continue;
      const sent = totalOf(sender.sends);
      const lost = sent - totalOf(receiver.receives);
      if (lost <= 0) continue;
      const roles = tell.roles(flow);
      yield {
        kind: 'undelivered',
        severity: 'warning',
        weight: lost,
        flow,
        ends: endsOf(session.capture, flow),
        frames: [],
        total: 0,
        params: { side: side === 0 ? 'A' : 'B', bytes: lost, sent },
        ...(roles === null ? {} : { roles }),
      };
    }
  }
}
