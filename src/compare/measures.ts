import { PROTOCOL } from '../../capture/columns.ts';
import { FLAG } from '../diagnosis/flags.ts';
import type { RunInfo } from '../session/session.ts';
import { outcomeOf } from '../session/unended.ts';
import { DIRECTIONS } from '../sockets/call-names.ts';
import { blockedNs, isFar } from './differences.ts';
import { isSentAgain } from './signatures.ts';
import { UNITS_A_STEP, type Units } from './units.ts';

/** One figure of both runs; null where it is not known or does not apply. */
export interface Measure {
  readonly name: string;
  readonly unit: 'text' | 'count' | 'bytes' | 'ns';
  readonly left: string | number | null;
  readonly right: string | number | null;
}

/** Whether a figure says nothing of a difference: the same in both runs, or a time that only chance makes another one. */
export function isAlike({ unit, left, right }: Measure): boolean {
  if (left === right) return true;
  return unit === 'ns' && typeof left === 'number' && typeof right === 'number' && !isFar(left, right);
}

/** Parameters that differ, then the sums of both runs. */
export function* measuresOf(left: Units, right: Units): Generator<void, readonly Measure[]> {
  const ours = yield* sumsOf(left);
  const theirs = yield* sumsOf(right);
  const sums = FIGURES.map(
    ([name, unit, of]): Measure => ({ name, unit, left: of(ours), right: of(theirs) }),
  );
  const waits = [...new Set([...ours.blocked.keys(), ...theirs.blocked.keys()])].map(
    (role): Measure => ({
      name: `blocked, ${role}`,
      unit: 'ns',
      left: ours.blocked.get(role) ?? null,
      right: theirs.blocked.get(role) ?? null,
    }),
  );
  return [...parametersOf(left.timeline.session.run, right.timeline.session.run), ...sums, ...waits];
}

function parametersOf(left: RunInfo | null, right: RunInfo | null): readonly Measure[] {
  if (left === null && right === null) return [];
  const facts = (run: RunInfo | null): Readonly<Record<string, string | number | boolean | null>> =>
    run === null
      ? {}
      : { scenario: run.scenario, ...run.network, ...run.parameters, outcome: outcomeOf(run) };
  const [ours, theirs] = [facts(left), facts(right)];
  return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]
    .map((name): Measure => ({ name, unit: 'text', left: word(ours[name]), right: word(theirs[name]) }))
    .filter((each) => each.left !== each.right);
}

function word(value: string | number | boolean | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : `${value}`;
}

interface Sums {
  durationNs: number;
  connections: number;
  calls: number | null;
  sends: number;
  receives: number;
  failed: number;
  packets: number;
  fromClient: number;
  fromServer: number;
  wireBytes: number;
  clientBytes: number;
  serverBytes: number;
  dataSegments: number;
  emptyAcks: number;
  sentAgain: number;
  duplicateAcks: number;
  zeroWindows: number;
  lost: number;
  /** Time that the calls of each role blocked, in ns. */
  readonly blocked: Map<string, number>;
}

type Figure = readonly [name: string, unit: Measure['unit'], of: (sums: Sums) => number | null];

const ofCalls = (value: (sums: Sums) => number) => (sums: Sums) => (sums.calls === null ? null : value(sums));

const FIGURES: readonly Figure[] = [
  ['duration', 'ns', ({ durationNs }) => durationNs],
  ['connections', 'count', ({ connections }) => connections],
  ['calls', 'count', ({ calls }) => calls],
  ['sends', 'count', ofCalls(({ sends }) => sends)],
  ['receives', 'count', ofCalls(({ receives }) => receives)],
  ['calls that failed', 'count', ofCalls(({ failed }) => failed)],
  ['packets', 'count', ({ packets }) => packets],
  ['packets from the client', 'count', ({ fromClient }) => fromClient],
  ['packets from the server', 'count', ({ fromServer }) => fromServer],
  ['packets with data', 'count', ({ dataSegments }) => dataSegments],
  ['ACKs without data', 'count', ({ emptyAcks }) => emptyAcks],
  ['bytes on the wire', 'bytes', ({ wireBytes }) => wireBytes],
  ['payload from the client', 'bytes', ({ clientBytes }) => clientBytes],
  ['payload from the server', 'bytes', ({ serverBytes }) => serverBytes],
  ['packets sent again', 'count', ({ sentAgain }) => sentAgain],
  ['duplicate ACKs', 'count', ({ duplicateAcks }) => duplicateAcks],
  ['windows of 0', 'count', ({ zeroWindows }) => zeroWindows],
  ['packets lost here', 'count', ({ lost }) => lost],
];

function* sumsOf(units: Units): Generator<void, Sums> {
  const { timeline, lost } = units;
  const { session, rowCount, connections } = timeline;
  const hasCalls = session.calls.length > 0;
  const span = rowCount === 0 ? 0n : timeline.rowTimeNs(rowCount - 1) - timeline.rowTimeNs(0);
  const sums: Sums = {
    durationNs: Number(span),
    connections: connections.length,
    calls: hasCalls ? session.calls.length : null,
    ...{ sends: 0, receives: 0, failed: 0 },
    packets: session.capture.columns.length,
    ...{ fromClient: 0, fromServer: 0, wireBytes: 0, clientBytes: 0, serverBytes: 0, dataSegments: 0 },
    ...{ emptyAcks: 0, sentAgain: 0, duplicateAcks: 0, zeroWindows: 0, lost: lost.size },
    blocked: new Map(),
  };
  addCalls(units, sums);
  yield* addPackets(units, sums);
  return sums;
}

function addCalls({ timeline }: Units, sums: Sums): void {
  for (const call of timeline.session.calls) {
    if (DIRECTIONS[call.name] === 'send') sums.sends++;
    if (DIRECTIONS[call.name] === 'receive') sums.receives++;
    if (call.errno !== null) sums.failed++;
    // The sends within a sendall block, not the span that holds them.
    if (call.name === 'sendall') continue;
    sums.blocked.set(call.role, (sums.blocked.get(call.role) ?? 0) + Number(blockedNs(call) ?? 0n));
  }
}

function* addPackets({ timeline, analysis }: Units, sums: Sums): Generator<void> {
  const { columns } = timeline.session.capture;
  const isClientA = Uint8Array.from(timeline.connections, ({ client }) => (client === 'a' ? 1 : 0));
  for (let row = 0; row < columns.length; row++) {
    if (row % UNITS_A_STEP === UNITS_A_STEP - 1) yield;
    const bytes = columns.payloadLen[row] ?? 0;
    const found = analysis[row] ?? 0;
    sums.wireBytes += columns.wireLen[row] ?? 0;
    if (bytes > 0) sums.dataSegments++;
    // ACK alone: no SYN, FIN or RST, no data.
    else if (columns.protocol[row] === PROTOCOL.tcp && ((columns.flags[row] ?? 0) & 0x17) === 0x10)
      sums.emptyAcks++;
    if (isSentAgain(found)) sums.sentAgain++;
    if ((found & FLAG.duplicateAck) !== 0) sums.duplicateAcks++;
    if ((found & FLAG.zeroWindow) !== 0) sums.zeroWindows++;
    const connection = timeline.connectionOfPacket(row);
    if (connection === null) continue;
    if ((columns.direction[row] === 0) === (isClientA[connection] === 1)) {
      sums.fromClient++;
      sums.clientBytes += bytes;
    } else {
      sums.fromServer++;
      sums.serverBytes += bytes;
    }
  }
}
