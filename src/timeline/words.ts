import { frameNumbers } from '../session/file-order.ts';
import { messageOf } from './messages.ts';
import { namesOf } from './names.ts';
import type { Reason, Timeline } from './types.ts';

/** How a time line's reasons, findings and calls are put into words; packets go by their frame numbers. */
export interface Words {
  reason(reason: Reason): string;
  /** 'client send#2'. */
  call(index: number): string;
}

export function wordsOf({ session }: Timeline): Words {
  const names = namesOf(session, frameNumbers(session).ofPacket);
  return { reason: (reason) => messageOf(reason, names), call: names.call };
}
