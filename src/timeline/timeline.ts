import { type Columns, PROTOCOL } from '../../capture/columns.ts';
import { natureOf } from '../../capture/decode/problems.ts';
import { findingsInSteps } from '../diagnosis/findings.ts';
import { secondsInSteps } from '../diagnosis/held-seconds.ts';
import { lostRows } from '../session/lost.ts';
import type { Session } from '../session/session.ts';
import { boundSockets } from './bound-sockets.ts';
import { reasonOfCall } from './call-reasons.ts';
import { makeClock } from './clock.ts';
import { hasArrivalTimes, isComplete } from './completeness.ts';
import { type Connections, listConnections } from './connections.ts';
import { explainIcmp } from './explain-icmp.ts';
import { explainRaw } from './explain-raw.ts';
import { explainUdp } from './explain-udp.ts';
import { type Facts, rememberFacts } from './facts.ts';
import { nones } from './fill-in-steps.ts';
import { guessClients } from './guess-clients.ts';
import { type Untaken, untakenInHandshakes } from './handshakes.ts';
import { inferCall } from './infer.ts';
import { lastSigns } from './last-signs.ts';
import { linkReceived } from './link-received.ts';
import { LinkTable } from './link-table.ts';
import { makeReason } from './make-reason.ts';
import { placesInSteps } from './names.ts';
import { markNotArrived } from './not-arrived.ts';
import { ReasonTable } from './reason-table.ts';
import { RowStateTable } from './row-states.ts';
import { mergeRows, RowFinder, rowAt } from './rows.ts';
import { collectSockets } from './sockets.ts';
import { assignTcpEnds, type TcpEnds } from './tcp-ends.ts';
import type { TcpScene } from './tcp-scene.ts';
import type { Side } from './tcp-side.ts';
import { walkFlow } from './tcp-walk.ts';
import { layOutTcp } from './tcp-wire.ts';
import { atOnce, CALLS_A_STEP, CELLS_A_STEP } from './time-order.ts';
import type { Finding, Timeline } from './types.ts';
import { collectDatagrams, type Datagram } from './udp-datagrams.ts';

const NOTHING_UNTAKEN: ReadonlyMap<number, Untaken> = new Map();
const NO_DATAGRAMS: ReadonlyMap<number, Datagram> = new Map();

/** Lines packets up with calls. Pure: the same session gives the same time line. */
export function buildTimeline(session: Session): Timeline {
  return atOnce(timelineInSteps(session));
}

/**
 * The same in steps, between which others may do something: a session of millions takes seconds. `forScreen` works the
 * TCP states out as well, the places of rows and calls and the findings, which else happens all at once when one is asked for.
 */
export function* timelineInSteps(session: Session, forScreen = false): Generator<void, Timeline> {
  const facts = yield* gather(session);
  const { capture, clock, links, reasons, connections, connectionOfCall, rows } = facts;
  const { columns } = capture;
  const states = new RowStateTable(facts);
  const finder = new RowFinder(rows);
  if (forScreen) {
    yield* states.prepare();
    yield* finder.prepare();
    yield* placesInSteps(session.calls);
  }
  const unexplained = yield* reasons.count('unexplained');
  let findings: readonly Finding[] | null = forScreen ? yield* findingsInSteps(facts) : null;
  const timeline: Timeline = {
    session,
    connections: connections.list,
    rowCount: rows.length,
    row: (index) => rowAt(rows, index),
    rowTimeNs(index) {
      const row = rowAt(rows, index);
      if (row.kind === 'packet') return columns.timeNs(row.packet);
      const call = session.calls[row.call];
      return (row.kind === 'enter' ? call?.enterNs : (call?.exitNs ?? call?.enterNs)) ?? clock.baseNs;
    },
    rowOfPacket: (packet) => finder.packet(packet),
    rowOfEntry: (call) => finder.entry(call),
    rowOfReturn: (call) => finder.return(call),
    states: (index) => states.get(index),
    connectionOfPacket(packet) {
      const flow = columns.flow[packet] ?? 0;
      const connection = flow < 0 ? -1 : (connections.ofFlow[flow] ?? 0);
      return connection < 0 ? null : connection;
    },
    connectionOfCall: (call) => ((connectionOfCall[call] ?? 0) < 0 ? null : (connectionOfCall[call] ?? 0)),
    linksOfPacket: (packet) => links.ofPacket(packet),
    linksOfCall: (call) => links.ofCall(call),
    linkCount: links.length,
    reasonOfPacket: (packet) => makeReason(facts, packet),
    reasonOfCall: (call) => reasonOfCall(facts, call),
    inferredCall: (packet) => (session.calls.length > 0 ? null : inferCall(facts, packet)),
    get findings() {
      findings ??= atOnce(findingsInSteps(facts));
      return findings;
    },
    unexplained,
  };
  rememberFacts(timeline, facts);
  return timeline;
}

function* gather(session: Session): Generator<void, Facts> {
  const { capture, calls } = session;
  const { columns } = capture;
  const clock = yield* makeClock(columns, calls, hasArrivalTimes(session.run));
  const complete = calls.length === 0 || isComplete(session.run);
  yield;
  // What a run captures itself is captured once.
  const found = calls.length > 0 ? null : yield* secondsInSteps(capture);
  const seconds = found === null || found.count === 0 ? null : found;
  yield;
  const wire = yield* layOutTcp(capture, clock, seconds);
  yield;
  const lost = new Uint8Array(columns.length);
  for (const row of lostRows(session)) lost[row] = 1;
  const gone = lost.slice();
  const sockets = yield* collectSockets(calls);
  const ends = yield* assignTcpEnds(capture, calls, clock, wire, sockets);
  yield;
  if (calls.length === 0) yield* guessClients(capture, wire);
  const untaken = complete
    ? yield* untakenInHandshakes({
        capture,
        calls,
        clock,
        wire,
        ends,
        lost,
        overflows: counterOf(session, 'TcpExtListenOverflows'),
      })
    : NOTHING_UNTAKEN;
  for (const row of untaken.keys()) gone[row] = 1;
  const links = new LinkTable();
  const reasons = yield* ReasonTable.make(columns.length);
  const scene = {
    capture,
    columns,
    calls,
    clock,
    complete,
    wire,
    ends,
    lastSign: lastSigns(calls, clock, session.run),
    lost,
    gone,
    untaken,
    links,
    reasons,
    cookies: counterOf(session, 'TcpExtSyncookiesSent'),
    seconds,
    shaped: calls.length === 0 || session.run?.network.rate != null || session.run?.network.delay != null,
    hasCalls: calls.length > 0,
  };
  const sides = yield* explainTcp(scene);
  const udpScene = { capture, calls, clock, lost, links, reasons, sockets, seconds };
  const udp = calls.length > 0 ? explainUdp(udpScene) : null;
  const datagrams =
    udp?.byRow ??
    (columns.fragments.size > 0 ? collectDatagrams(udpScene, 'fragmented').byRow : NO_DATAGRAMS);
  yield* explainIcmp(udpScene, udp);
  explainRaw(udpScene);
  yield* explainOthers(scene);
  if (!complete) yield* admitUncaptured(scene);
  yield;
  yield* links.seal(columns.length, calls.length);
  yield;
  const bound = calls.length > 0 ? yield* boundSockets(calls, clock, sockets) : null;
  const connections = yield* listConnections(capture, clock, wire, ends, udp, bound);
  const connectionOfCall = yield* placeCalls(session, ends, connections, links);
  yield;
  const acted = yield* links.callsActing(
    (call, packet) => (clock.packets[packet] ?? 0) <= (clock.exits[call] ?? 0),
    calls.length,
  );
  const rows = yield* mergeRows(clock, acted);
  return {
    session,
    capture,
    clock,
    complete,
    wire,
    seconds,
    lost,
    gone,
    untaken,
    sockets,
    ends,
    udp,
    datagrams,
    links,
    reasons,
    connections,
    connectionOfCall,
    rows,
    sides,
  };
}

/** ListenOverflows of the run's own network; null where other programs are counted too, or nothing is. */
/** By how much a counter of the run's own network grew; null where that is not known. */
function counterOf({ run }: Session, name: string): number | null {
  return run?.counters == null ? null : (run.counters[name] ?? 0);
}

function* explainTcp(scene: TcpScene): Generator<void, (readonly [Side, Side] | null)[]> {
  const { capture, wire, hasCalls } = scene;
  const sides: (readonly [Side, Side] | null)[] = [];
  for (let flow = 0; flow < capture.flows.length; flow++) {
    if (
      capture.flows.get(flow).protocol !== PROTOCOL.tcp ||
      (wire.start[flow] ?? 0) === (wire.start[flow + 1] ?? 0)
    ) {
      sides.push(null);
      continue;
    }
    yield* markNotArrived(capture, wire, flow, scene.gone);
    const both = yield* walkFlow(scene, flow);
    for (const side of both) yield* linkReceived(scene, side);
    // Without calls there may be a million flows, and nothing asks for what is left of them.
    sides.push(hasCalls ? both : null);
  }
  return sides;
}

/** Packets that no other part explains: damaged ones, other protocols, and all of them in a plain capture. */
function* explainOthers(scene: TcpScene): Generator<void, void> {
  const { columns, reasons, hasCalls, seconds } = scene;
  const completing = completingRows(columns);
  for (let row = 0; row < columns.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    const first = seconds?.firstOf(row) ?? -1;
    const protocol = columns.protocol[row] ?? 0;
    if (first >= 0) reasons.set(row, 'captured-twice', { packet: first });
    else if (protocol === PROTOCOL.udp && !hasCalls) reasons.set(row, 'datagram-plain');
    else if (
      protocol === PROTOCOL.other ||
      ((columns.flow[row] ?? 0) < 0 && reasons.kind(row) === 'unexplained')
    ) {
      if (columns.problem[row] !== 0) notRead(scene, row);
      else if (hasCalls) reasons.set(row, 'foreign');
      else if (!columns.fragments.has(row)) reasons.set(row, 'other');
      else
        reasons.set(row, 'fragment', { packet: completing.get(columns.datagrams.get(row)?.datagram) ?? -1 });
    }
  }
}

/** The rows that complete datagrams, by the numbers of these. */
function completingRows({ datagrams }: Columns): ReadonlyMap<number | undefined, number> {
  const rows = new Map<number | undefined, number>();
  for (const [row, { datagram, whole }] of datagrams)
    if (whole !== null && datagram >= 0) rows.set(datagram, row);
  return rows;
}

/** A packet whose headers were not read to the end: damaged, or cut by the capture, or of a kind that is not decoded. */
function notRead({ capture, columns, reasons }: TcpScene, row: number): void {
  const [capLen, wireLen] = [columns.capLen[row] ?? 0, columns.wireLen[row] ?? 0];
  const code = columns.problem[row] ?? 0;
  const nature = natureOf(code, capLen < wireLen);
  if (nature === 'damaged') reasons.set(row, 'damaged', { detail: code });
  else if (nature === 'cut') reasons.set(row, 'cut-short', { value: capLen, count: wireLen });
  else {
    const linkType = capture.interfaces[columns.iface[row] ?? 0]?.linkType ?? -1;
    reasons.set(row, 'not-decoded', { value: linkType, detail: code });
  }
}

/**
 * Where packets may be missing, one whose cause is not to be seen is no riddle: the cause was not captured. New data is
 * the exception, for its cause is a call, and calls are never missing.
 */
function* admitUncaptured({ columns, reasons }: TcpScene): Generator<void, void> {
  for (let row = 0; row < columns.length; row++) {
    if (row % CELLS_A_STEP === 0) yield;
    if (reasons.kind(row) !== 'unexplained' || columns.protocol[row] !== PROTOCOL.tcp) continue;
    if (columns.payloadLen[row] === 0) reasons.set(row, 'uncaptured');
  }
}

function* placeCalls(
  { capture, calls }: Session,
  ends: TcpEnds,
  { ofFlow }: Connections,
  links: LinkTable,
): Generator<void, Int32Array> {
  const placed = yield* nones(calls.length);
  for (const end of ends.ends) {
    if (end === null) continue;
    const connection = ofFlow[end.flow] ?? 0;
    for (const [place, call] of end.calls.entries()) {
      if (place % CALLS_A_STEP === 0) yield;
      if ((placed[call] ?? 0) < 0) placed[call] = connection;
    }
    for (const call of [end.opening, end.socket.createdBy])
      if (call !== null && (placed[call] ?? 0) < 0) placed[call] = connection;
  }
  for (const [index, call] of calls.entries()) {
    if (index % CALLS_A_STEP === 0) yield;
    if ((placed[index] ?? 0) >= 0 || call.name === 'listen') continue;
    const link = links.ofCall(index)[0];
    const flow = link === undefined ? -1 : (capture.columns.flow[link.packet] ?? 0);
    if (flow >= 0) placed[index] = ofFlow[flow] ?? 0;
  }
  return placed;
}
