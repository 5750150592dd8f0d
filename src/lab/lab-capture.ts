import type { LiveCapture } from '../../capture/live/engine.ts';
import { loadEngine } from '../../capture/live/load-engine.ts';
import { startDraining } from '../../capture/live/loop.ts';
import { openSentinel, type Sentinel } from '../../capture/live/sentinel.ts';
import { notes as words } from '../words/notes.ts';
import type { Text } from '../words/text.ts';
import { type AppliedConditions, applyConditions } from './conditions/apply.ts';
import { setUpLoopback } from './conditions/loopback.ts';
import type { LostPacket } from './conditions/lost-packets.ts';
import { prepareNetwork } from './conditions/prepare.ts';
import type { CaptureCounters, LabPlan } from './protocol.ts';

export interface CaptureEnd {
  readonly counters: CaptureCounters | null;
  readonly lost: { readonly packets: readonly LostPacket[]; readonly missed: number };
  /** What the user must be told about the end of the capture. */
  readonly problems: readonly Text[];
  readonly notes: readonly Text[];
}

/** The network of a run with the capture on it. */
export interface LabCapture {
  /** The conditions as granted. */
  readonly network: Readonly<Record<string, string | number | boolean | null>>;
  /** What the engine or the kernel cannot give. */
  readonly caveats: readonly Text[];
  /** Takes in every packet that was sent before, then ends. */
  finish(): Promise<CaptureEnd>;
}

/** Sets up the link, where the run has one of its own, and starts to capture into `packets`. */
export async function openLabCapture(plan: LabPlan, packets: number): Promise<LabCapture> {
  const engine = await loadEngine(plan.capture.engine);
  const loopback = plan.conditions === null ? null : setUpLoopback(plan.conditions);
  const prepared = prepareNetwork(plan.network);
  const sentinel = await openSentinel();
  const applied =
    plan.conditions === null || loopback === null
      ? null
      : applyConditions(plan.conditions, loopback, sentinel.port);
  const { device, filter, snaplen, ringBytes } = plan.capture;
  const options = { device, filter, snaplen, ringBytes, outFd: packets };
  const capture = await sentinel.open(engine, options, within(applied));
  const problems: Text[] = [];
  const draining = startDraining(capture, (error) => {
    problems.push(words.captureStopped(error instanceof Error ? error.message : String(error)));
  });
  return {
    network: { engine: engine.version, ...applied?.granted, ...prepared },
    caveats: [...capture.caveats.map(words.ofEngine), ...(applied?.notes ?? [])],
    finish: () => {
      draining.stop();
      return endOf(capture, sentinel, applied, packets, problems);
    },
  };
}

async function endOf(
  capture: LiveCapture,
  sentinel: Sentinel,
  applied: AppliedConditions | null,
  packets: number,
  problems: Text[],
): Promise<CaptureEnd> {
  const { complete, error, stats } = await sentinel.finish(capture, packets, within(applied));
  if (error !== null) problems.push(words.captureStopped(error.message));
  else if (!complete) problems.push(words.endUnseen());
  const queued = applied?.queueDropped() ?? 0;
  const notes = queued === 0 ? [] : [words.queueFull(queued)];
  return { counters: stats, lost: applied?.lost() ?? { packets: [], missed: 0 }, problems, notes };
}

function within(applied: AppliedConditions | null): { readonly withinMs?: number } {
  return applied === null ? {} : { withinMs: applied.endWithinMs };
}
