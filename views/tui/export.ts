import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { UserError } from '../../capture/user-error.ts';
import { SessionFile } from '../../src/session/write.ts';
import { inTurns } from '../../src/timeline/turns.ts';
import { printLadder } from '../text/print-ladder.ts';
import type { Document } from './document.ts';
import type { News } from './messages.ts';

const WIDTH = 100;
const CHARACTERS_A_STEP = 16_384;

/** Saves the session as pcapng, as `run -w` does; never over a file that is there. */
export function saveSession(document: Document | null, path: string): News {
  if (document === null) return said('nothing to save', true);
  if (document.extent === 'loading') return said('it is not read to its end yet', true);
  try {
    const file = SessionFile.create(path, { force: false, plainPcap: false, owner: null });
    const { timeline, words, session } = document;
    const problem = file.finish(session, (row) => words.reason(timeline.reasonOfPacket(row)));
    return problem === null ? said(`saved as ${path}`, false) : said(problem, true);
  } catch (error) {
    return failed(error);
  }
}

/** Writes the ladder as text, every row of it, while keys are heard; what is ended leaves no file behind. */
export async function exportText(
  document: Document | null,
  path: string,
  signal: AbortSignal,
): Promise<News> {
  if (document === null) return said('nothing to write', true);
  try {
    const fd = openSync(path, 'wx');
    try {
      const options = { width: WIDTH, ascii: false, colour: false, all: false };
      const isWhole = await inTurns(written(fd, printLadder(document.timeline, options)), signal);
      if (isWhole === null) unlinkSync(path);
    } finally {
      closeSync(fd);
    }
    return said(`written to ${path}`, false);
  } catch (error) {
    return failed(error);
  }
}

/** Writes lines piece by piece: as one text, those of millions of rows are longer than a text can be. */
function* written(fd: number, lines: Iterable<string>): Generator<void, true> {
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < CHARACTERS_A_STEP) continue;
    writeFileSync(fd, text);
    text = '';
    yield;
  }
  writeFileSync(fd, text);
  return true;
}

function said(text: string, isError: boolean): News {
  return { kind: 'status', text, isError };
}

function failed(error: unknown): News {
  if (error instanceof UserError) return said(`${error.message}: ${error.hint}`, true);
  if (error instanceof Error && 'code' in error) return said(error.message, true);
  throw error;
}
