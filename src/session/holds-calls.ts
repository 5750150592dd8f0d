import type { Capture } from '../../capture/capture.ts';

/** systemd Journal Export Block, which calls are kept in. */
export const JOURNAL = 9;

/** Whether a file has blocks that may be calls. */
export function holdsCalls({ otherBlocks }: Capture): boolean {
  for (let index = 0; index < otherBlocks.length; index++)
    if (otherBlocks.type(index) === JOURNAL) return true;
  return false;
}
