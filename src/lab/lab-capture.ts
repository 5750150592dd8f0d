import type { LiveCapture } from '../../capture/live/engine.ts';
import { loadEngine } from '../../capture/live/engines.ts';
import { startDraining } from '../../capture/live/loop.ts';
import { openSentinel, type Sentinel } from '../../capture/live/sentinel.ts';
import { type AppliedConditions, applyConditions } from './conditions/apply.ts';
import type { CaptureCounters, LabPlan } from './protocol.ts';

export interface CaptureEnd {
  readonly result: {
    readonly counters: CaptureCounters | null;
    readonly lost: readonly Uint8Array[] | null;
    readonly lostCount: number;
  };
  /** What the user must be told about the end of the capture. */
  readonly problems: readonly string[];
}

/** The network of a run with the capture on it. */
export interface LabCapture {
  /** The conditions as granted, and what the engine cannot give. */
  readonly network: Readonly<Record<string, string | number | boolean | null>>;
  readonly caveats: readonly string[];
  /** Takes in every packet that was sent before, then ends. */
  finish(): Promise<CaptureEnd>;
}

/** Sets up the link, where the run has one of its own, and starts to capture into `packets`. */
export async function openLabCapture(plan: LabPlan, packets: number): Promise<LabCapture> {
  const engine = await loadEngine(plan.capture.engine);
  const sentinel = await openSentinel();
  const applied = plan.net === 'private' ? applyConditions(plan.conditions, sentinel.port) : null;
  const { device, filter, snaplen, ringBytes } = plan.capture;
  const capture = engine.open({
    device,
    filter,
    snaplen,
    ringBytes,
    sentinelPort: sentinel.port,
    outFd: packets,
  });
  const problems: string[] = [];
  const draining = startDraining(capture, (error) => {
    problems.push(`the capture stopped: ${error instanceof Error ? error.message : String(error)}`);
  });
  return {
    network: { engine: engine.version, ...applied?.granted },
    caveats: capture.caveats,
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
  problems: string[],
): Promise<CaptureEnd> {
  const { complete, stats } = await sentinel.finish(capture, packets);
  if (!complete)
    problems.push('the capture did not see its own last packet: the end of the run may be missing');
  const lost = applied?.lostPackets() ?? [];
  return {
    result: { counters: stats, lost, lostCount: applied?.lostCount() ?? 0 },
    problems,
  };
}
