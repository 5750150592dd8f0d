import type { Capture } from '../../capture/capture.ts';
import type { Call } from '../sockets/call.ts';
import { digestInSteps } from '../timeline/seal.ts';
import { fileRows, sortedInSteps } from './file-order.ts';
import { encodeCall, JOURNAL_BLOCK } from './journal.ts';
import { encodeKernel } from './kernel-journal.ts';
import { block, interfaceBlock, packetBlock, sectionBlock, statisticsBlock } from './pcapng-blocks.ts';
import { encodeRun } from './run-comment.ts';
import type { CallRowKind, RunInfo, Session } from './session.ts';
import type { PacketReason, SessionFormat } from './session-format.ts';

/** pcapng options hold 65 535 bytes; a comment is for people. */
const MAX_COMMENT = 4096;

/** Packets and calls in one file that stock tools understand, as PCAPNG blocks. */
export const SESSION_PCAPNG: SessionFormat = {
  header: headerBlocks,
  packet: (capture, row) => capturedPacket(capture, row, null),
  call: callBlock,
  whole: sessionBlocks,
};

/** Section header with what is known of the run, and the interfaces. */
function headerBlocks(run: RunInfo | null, capture: Capture): Uint8Array[] {
  const version = run?.version ?? '';
  const section = sectionBlock(`sockscope ${version}`.trim(), run === null ? [] : encodeRun(run));
  return [section, ...capture.interfaces.map(interfaceBlock)];
}

/** A packet as it was captured, with its reason as the comment. Its epb_packetid is that of its file, or its row from 1. */
function capturedPacket(capture: Capture, row: number, comment: string | null): Uint8Array {
  const { columns } = capture;
  const { packetId, comments } = capture.packetOptions(row);
  return packetBlock(capture.frame(row), {
    iface: columns.iface[row] ?? 0,
    timeNs: columns.timeNs(row),
    wireLen: columns.wireLen[row] ?? 0,
    packetId: packetId ?? BigInt(row + 1),
    comments: comment === null ? comments : [comment.slice(0, MAX_COMMENT)],
  });
}

/** One row of a call. */
function callBlock(call: Call, kind: CallRowKind): Uint8Array {
  return block(JOURNAL_BLOCK, encodeCall(call, kind));
}

/** The blocks of a finished session file, one at a time: sorted, with reasons, and with what was received and dropped. */
function* sessionBlocks(session: Session, reason: PacketReason): Generator<Uint8Array | undefined> {
  const { capture, calls, run } = session;
  const sealed = run === null ? null : { ...run, seal: yield* stepping(digestInSteps(session)) };
  yield* headerBlocks(sealed, capture);
  const order = session.order ?? (yield* stepping(sortedInSteps(capture.columns, calls)));
  for (const row of fileRows(order, capture.columns.length)) {
    if (row.kind === 'packet') yield capturedPacket(capture, row.packet, reason(row.packet));
    else {
      const call = calls[row.call];
      if (call !== undefined) yield callBlock(call, row.row);
    }
  }
  // Behind all that has a place in time: the numbers of packets and calls are the same with and without them.
  if (session.kernel !== undefined)
    for (const body of encodeKernel(session.kernel)) yield block(JOURNAL_BLOCK, body);
  if (run !== null && capture.interfaces.length > 0) yield* runStatistics(run);
}

/** Steps of others among blocks. */
function* stepping<T>(steps: Generator<void, T>): Generator<undefined, T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    yield undefined;
  }
}

/** None where the engine could not count. */
function* runStatistics(run: RunInfo): Generator<Uint8Array> {
  const { received, dropped, interfaceDropped } = run;
  if (received === null || dropped === null || interfaceDropped === null) return;
  const startNs = BigInt(run.startedNs);
  const endNs = run.endedNs === null ? startNs : BigInt(run.endedNs);
  const counts = { received, droppedByInterface: interfaceDropped, droppedByKernel: dropped };
  yield statisticsBlock({ iface: 0, timeNs: endNs, startNs, endNs, ...counts });
}
