import { closeSync } from 'node:fs';
import { followCapture } from '../../capture/file/follow-capture.ts';
import { loadEngine } from '../../capture/live/load-engine.ts';
import { startDraining } from '../../capture/live/loop.ts';
import { withLiveAdvice } from '../../capture/live/open-errors.ts';
import type { FinishedStats } from '../../capture/live/sentinel.ts';
import { openSentinel } from '../../capture/live/sentinel.ts';
import { prefixOf } from '../../capture/prefix.ts';
import { AS_CAPTURED } from '../session/file-order.ts';
import type { Session } from '../session/session.ts';
import { KernelNotes } from './kernel/kernel-notes.ts';
import { SocketSampler } from './kernel/socket-sampler.ts';
import { allSocketUsers } from './kernel/socket-users.ts';
import { asRoot } from './privileges.ts';
import { SMALL_RING } from './ring.ts';
import { openNamelessFile } from './temp-file.ts';

const SNAPLEN = 262_144;
const TAKE_IN_EVERY_MS = 50;
/** Bytes that are taken in before others may do something: some milliseconds. */
const MOST_AT_ONCE = 4 * 1024 * 1024;
/** Room for so many packets from the start, so that nothing is copied until then. It takes memory only as it is used. */
const ROOM = 2_000_000;

export interface LiveOptions {
  readonly device: string;
  /** pcap-filter(7); null captures everything. */
  readonly filter: string | null;
}

export interface LiveEnd {
  readonly session: Session;
  /** null where the engine cannot count. */
  readonly stats: FinishedStats | null;
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
  const options = { device, filter, snaplen: SNAPLEN, ringBytes: SMALL_RING, outFd: packets };
  const capture = await asRoot(() => sentinel.open(engine, options)).catch((error: unknown) => {
    closeSync(packets);
    sentinel.close();
    throw withLiveAdvice(error);
  });
  const followed = followCapture(packets, device);
  followed.capture.columns.reserve(ROOM);
  const kernel = new KernelNotes();
  // Any user may ask for the machine's TCP sockets; whose they are is known of one's own processes, or to root.
  const sampler = SocketSampler.start({
    ...{ users: allSocketUsers, isAllTcp: true, activity: () => followed.capture.columns.length },
    take: (samples, walkedNs) => kernel.take(samples, walkedNs),
  });
  const sessionOf = (): Session => {
    const view = kernel.view();
    return {
      capture: prefixOf(followed.capture, followed.capture.columns.length),
      ...{ calls: [], run: null, order: AS_CAPTURED },
      ...(view !== null && { kernel: view }),
    };
  };
  const told = { packets: 0, samples: 0, isCovered: true };
  const timer = setInterval(() => {
    followed.poll(MOST_AT_ONCE);
    const { length } = followed.capture.columns;
    // What the kernel told of the last packet comes after it.
    const isCovered = length === 0 || kernel.covers(followed.capture.columns.timeNs(length - 1));
    const isSame = length === 0 || (kernel.size === told.samples && isCovered === told.isCovered);
    if (length === told.packets && isSame) return;
    Object.assign(told, { packets: length, samples: kernel.size, isCovered });
    grown(length, sessionOf);
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
  sampler?.stop();
  const { error, stats } = await sentinel.finish(capture, packets);
  capture.close();
  sentinel.close();
  followed.end();
  const view = kernel.view();
  return {
    session: { capture: followed.capture, calls: [], run: null, ...(view !== null && { kernel: view }) },
    stats,
    problem: problem ?? error?.message ?? null,
    close: () => followed.capture.close(),
  };
}
