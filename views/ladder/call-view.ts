import { endsBeforeRun } from '../../src/session/unended.ts';
import type { Call } from '../../src/sockets/call.ts';
import { queuesOf } from '../../src/timeline/call-queues.ts';
import { isBetweenSends } from '../../src/timeline/held-time.ts';
import { words } from '../../src/words/words.ts';
import { enterText, exitText, wholeText } from './call-text.ts';
import type { Style } from './line.ts';
import type { Scene } from './scene.ts';
import { duration, grouped } from './units.ts';

/** What the ladder says about one row of a call. */
export interface CallView {
  readonly text: string;
  readonly isFailed: boolean;
  /** Where the call stands in the source: 'tcp-echo.ts:42'. */
  readonly aside: string;
  readonly notes: readonly { readonly text: string; readonly style: Style }[];
}

/** From so many columns on, more of the data is shown. */
const WIDE = 150;
/** Calls that took less than this are not said to have waited. */
const WORTH_SAYING_NS = 100_000n;

/** That socket(), bind() and their like cause no packet is said at the first of them. */
const OBVIOUS = 'call-local';

/** Words for a call's entry, its return, or both in one row. */
export function callView(scene: Scene, index: number, kind: 'enter' | 'exit' | 'whole'): CallView {
  const { timeline, nameInLane, said, clean } = scene;
  const call = timeline.session.calls[index];
  if (call === undefined) return { text: '', isFailed: false, aside: '', notes: [] };
  const room = scene.width >= WIDE ? 32 : 16;
  const notes: { text: string; style: Style }[] = [];
  const isOver = kind !== 'enter';
  const reason = timeline.reasonOfCall(index);
  if (isOver || call.exitNs === null) {
    const isRepeated = reason !== null && reason.kind === OBVIOUS && said.has(OBVIOUS);
    if (reason !== null) said.add(reason.kind);
    if (reason !== null && !isRepeated)
      notes.push({ text: clean(scene.words.reason(reason)), style: 'reason' });
    const queues = queuesText(call);
    if (isOver && queues !== '') notes.push({ text: queues, style: 'dim' });
  }
  return {
    text: clean(callText(call, kind, nameInLane(index), room, openText(scene, index))),
    isFailed: isOver && call.errno !== null,
    aside: kind === 'exit' || call.source === null ? '' : clean(sourceText(call.source)),
    notes,
  };
}

function callText(
  call: Call,
  kind: 'enter' | 'exit' | 'whole',
  name: string,
  room: number,
  open: string,
): string {
  if (kind === 'enter') {
    const end = call.exitNs !== null ? '' : ` ${open}`;
    return `${enterText(call, name, room)} …${end}`;
  }
  const took = call.exitNs === null ? 0n : call.exitNs - call.enterNs;
  const blocked =
    kind === 'exit' || took >= WORTH_SAYING_NS ? ` ${words().ladder.after(duration(took))}` : '';
  return (kind === 'exit' ? exitText(call, name, room) : wholeText(call, name, room)) + blocked;
}

/** What is told of a call that has not returned. */
function openText({ timeline, isRunning }: Scene, index: number): string {
  const { blocks, betweenSends, neverReturned, fileEnds } = words().ladder;
  if (isRunning !== true) return endsBeforeRun(timeline.session) ? fileEnds : neverReturned;
  return isBetweenSends(timeline.session.calls, index) ? betweenSends : blocks;
}

/** Queues that hold something: what the kernel has not sent or acknowledged yet, what nobody has read yet. */
function queuesText(call: Call): string {
  const { sendQueue, recvQueue, measured } = queuesOf(call);
  const parts: string[] = [];
  if (sendQueue !== null && sendQueue > 0) parts.push(`Send-Q ${grouped(sendQueue)}`);
  if (recvQueue !== null && recvQueue > 0) parts.push(`Recv-Q ${grouped(recvQueue)}`);
  return parts.length > 0 && measured === 'before'
    ? `${words().ladder.beforeIt} ${parts.join(', ')}`
    : parts.join(', ');
}

function sourceText({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}
