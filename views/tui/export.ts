import { writeFileSync } from 'node:fs';
import { UserError } from '../../capture/user-error.ts';
import { SessionFile } from '../../src/session/write.ts';
import { printLadder } from '../text/print-ladder.ts';
import type { Document } from './document.ts';
import type { News } from './messages.ts';

const WIDTH = 100;

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

/** Writes the ladder as text, every row of it. */
export function exportText(document: Document | null, path: string): News {
  if (document === null) return said('nothing to write', true);
  try {
    const options = { width: WIDTH, ascii: false, colour: false, all: false };
    writeFileSync(path, `${[...printLadder(document.timeline, options)].join('\n')}\n`, { flag: 'wx' });
    return said(`written to ${path}`, false);
  } catch (error) {
    return failed(error);
  }
}

function said(text: string, isError: boolean): News {
  return { kind: 'status', text, isError };
}

function failed(error: unknown): News {
  if (error instanceof UserError) return said(`${error.message}: ${error.hint}`, true);
  if (error instanceof Error && 'code' in error) return said(error.message, true);
  throw error;
}
