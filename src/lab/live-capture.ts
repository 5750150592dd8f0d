import { closeSync } from 'node:fs';
import { followCapture } from '../../capture/file/follow-capture.ts';
import type { CaptureStats } from '../../capture/live/engine.ts';
import { loadEngine } from '../../capture/live/load-engine.ts';
import { startDraining } from '../../capture/live/loop.ts';
import { openSentinel } from '../../capture/live/sentinel.ts';
import { prefixOf } from '../../capture/prefix.ts';
import type { Session } from '../session/session.ts';
import { openNamelessFile } from './temp-file.ts';

const SNAPLEN = 262_144;
const RING_BYTES = 16 * 1024 * 1024;
const TAKE_IN_EVERY_MS = 50;

export interface LiveOptions {
  readonly device: string;
  /** pcap-filter(7); null captures everything. */
  readonly filter: string | null;
}

export interface LiveEnd {
  readonly session: Session;
  /** null where the engine cannot count. */
  readonly stats: CaptureStats | null;
  /** What went wrong at the end; null for nothing. */
  readonly problem: string | null;
  close(): void;
}

/**
 * Captures what runs on a device of this machine until `stop`; `grown` is told when there are more packets, and may ask
 * for a session of those so far; `begun` is called when packets are taken. Throws a UserError where that is not permitted or the device or the filter is wrong.
 */
export async function captureLive(
  { device, filter }: LiveOptions,
  grown: (size: number, snapshot: () => Session) => void,
  stop: AbortSignal,
  begun: () => void = () => {},
): Promise<LiveEnd> {
  const engine = await loadEngine('libpcap');
  const sentinel = await openSentinel();
  const packets = openNamelessFile('wx+');
  const options = { device, filter, snaplen: SNAPLEN, ringBytes: RING_BYTES, outFd: packets };
  const capture = await sentinel.open(engine, options).catch((error: unknown) => {
    closeSync(packets);
    sentinel.close();
    throw error;
  });
  const followed = followCapture(packets, device);
  const sessionOf = (): Session => ({
    capture: prefixOf(followed.capture, followed.capture.columns.length),
    calls: [],
    run: null,
  });
  const timer = setInterval(() => {
    if (followed.poll() > 0) grown(followed.capture.columns.length, sessionOf);
  }, TAKE_IN_EVERY_MS);
  let problem: string | null = null;
  await new Promise<void>((resolve) => {
    const draining = startDraining(capture, (error) => {
      problem = `the capture stopped: ${error instanceof Error ? error.message : String(error)}`;
      resolve();
    });
    begun();
    const end = () => {
      draining.stop();
      resolve();
    };
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
  clearInterval(timer);
  const { error, stats } = await sentinel.finish(capture, packets);
  capture.close();
  sentinel.close();
  followed.end();
  return {
    session: { capture: followed.capture, calls: [], run: null },
    stats,
    problem: problem ?? error?.message ?? null,
    close: () => followed.capture.close(),
  };
}
