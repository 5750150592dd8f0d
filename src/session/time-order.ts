import { openCapture } from '../../capture/file/open-capture.ts';
import { BlockFile } from './block-file.ts';
import { timeOrder } from './file-order.ts';
import type { Session } from './session.ts';
import { SESSION_PCAPNG } from './session-blocks.ts';

/**
 * The session with its packets in order of time. Captures of lo are not strictly so under load, but the saved file is, and
 * flows are numbered and directed by who comes first: so the live session is read from such a file, too. `makeFile` gives
 * a descriptor of an empty temporary file. The old capture is closed if a new one takes its place.
 */
export async function inTimeOrder(session: Session, makeFile: () => number): Promise<Session> {
  const { capture } = session;
  if (timeOrder(capture.columns) === null) return session;
  const fd = makeFile();
  const file = new BlockFile(fd);
  for (const block of SESSION_PCAPNG.whole({ capture, calls: [], run: null }, () => null))
    if (block !== undefined) file.push(block);
  file.flush();
  // A full disk: the packets stay as they came, which is true, only less tidy.
  if (file.problem !== null) return session;
  const sorted = await openCapture(fd);
  capture.close();
  return { ...session, capture: sorted };
}
