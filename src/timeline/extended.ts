import type { Session } from '../session/session.ts';
import { factsOf, rememberFacts } from './facts.ts';
import type { Reason, Timeline } from './types.ts';

const NOT_YET: Reason = { kind: 'not-yet', params: {}, calls: [], packets: [] };

/**
 * A time line of a plain capture that goes on after `base`, a time line of its first packets: those that came later stand
 * behind them as they came, with neither reason nor state. It takes no time, so that a capture can be followed while its
 * packets are explained.
 */
export function extended(base: Timeline, session: Session): Timeline {
  const { columns } = session.capture;
  const { connections } = factsOf(base);
  const known = base.rowCount;
  const timeline: Timeline = {
    session,
    connections: base.connections,
    rowCount: columns.length,
    row: (index) => (index < known ? base.row(index) : { kind: 'packet', packet: index }),
    rowTimeNs: (index) => (index < known ? base.rowTimeNs(index) : columns.timeNs(index)),
    rowOfPacket: (packet) => (packet < known ? base.rowOfPacket(packet) : packet),
    rowOfEntry: () => -1,
    rowOfReturn: () => -1,
    states: (index) => (index < known ? base.states(index) : null),
    connectionOfPacket(packet) {
      const connection = connections.ofFlow[columns.flow[packet] ?? -1] ?? -1;
      return connection < 0 ? null : connection;
    },
    connectionOfCall: () => null,
    linksOfPacket: () => [],
    linksOfCall: () => [],
    linkCount: 0,
    reasonOfPacket: (packet) => (packet < known ? base.reasonOfPacket(packet) : NOT_YET),
    reasonOfCall: () => null,
    inferredCall: (packet) => (packet < known ? base.inferredCall(packet) : null),
    findings: base.findings,
    unexplained: base.unexplained,
  };
  rememberFacts(timeline, factsOf(base));
  return timeline;
}
