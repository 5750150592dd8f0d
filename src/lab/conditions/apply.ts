import { notes as words } from '../../words/notes.ts';
import type { Text } from '../../words/text.ts';
import type { Conditions } from './conditions.ts';
import { checkCongestion } from './congestion.ts';
import type { LoopbackState } from './loopback.ts';
import { startLoss } from './loss.ts';
import type { LostPacket } from './lost-packets.ts';
import { shape } from './shaping.ts';

/** The network conditions of a run, as granted. */
export interface AppliedConditions {
  /** What the kernel says it has now, for RunInfo.network: mtu, offload, loss, seed, rate, delay, congestion. */
  readonly granted: Readonly<Record<string, string | number | boolean | null>>;
  /** What the user must be told: for example that lost packets are counted but cannot be marked. */
  readonly notes: readonly Text[];
  /** For the sentinel's `withinMs`: 2 s and the longest wait in the queues. */
  readonly endWithinMs: number;
  /** The packets that the loss rule dropped, in order; ask after the sentinel was seen. `missed` were not logged. */
  lost(): { readonly packets: readonly LostPacket[]; readonly missed: number };
  /** Packets that did not fit into the queues of --rate and --delay: never sent, so never captured. */
  queueDropped(): number;
  /** Ends the watch over lost packets. The rules end with the network. */
  close(): void;
}

const SENTINEL_MS = 2000;

/**
 * Puts queues and loss on the private network that this process is in. Three steps, each of which needs the one before:
 * `setUpLoopback(conditions)`, `openSentinel()` (its port is never dropped), then this; then open the capture. Throws a
 * UserError when something is missing.
 */
export function applyConditions(
  conditions: Conditions,
  loopback: LoopbackState,
  sentinelPort: number,
): AppliedConditions {
  const { lossPercent, seed, congestion } = conditions;
  if (congestion !== null) checkCongestion(congestion);
  const shaping = shape(conditions);
  const loss = lossPercent > 0 ? startLoss({ percent: lossPercent, seed, sentinelPort }) : null;
  const notes: Text[] = [];
  if (loss && !loss.identified) {
    notes.push(words.noNflog());
  }
  return {
    granted: {
      ...loopback,
      loss: lossPercent,
      seed: lossPercent > 0 ? seed : null,
      ...shaping.granted,
      congestion,
    },
    notes,
    endWithinMs: SENTINEL_MS + shaping.longestWaitMs,
    lost: () => {
      const { packets, count } = loss?.lost() ?? { packets: [], count: 0 };
      return { packets, missed: Math.max(0, (count ?? packets.length) - packets.length) };
    },
    queueDropped: () => shaping.dropped(),
    close: () => loss?.close(),
  };
}
