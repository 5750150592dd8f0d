import { namesOf } from './names.ts';
import type { Reason, Timeline } from './types.ts';
import { wording } from './wording.ts';

/** How a time line's reasons, findings and calls are put into words. */
export interface Words {
  reason(reason: Reason): string;
  /** 'client send#2'. */
  call(index: number): string;
}

export function wordsOf({ session }: Timeline): Words {
  return { reason: wording(session), call: namesOf(session).call };
}
