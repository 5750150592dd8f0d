import {
  closeSync,
  fchmodSync,
  fchownSync,
  openSync,
  realpathSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { statsOf } from '../../capture/file/stats-of.ts';
import { UserError } from '../../capture/user-error.ts';
import { inWords } from '../../src/session/errno-words.ts';
import { replaceFile } from '../../src/session/replace-file.ts';
import { SessionFile } from '../../src/session/write.ts';
import { inTurns, untilDoneOr } from '../../src/timeline/turns.ts';
import { words as told } from '../../src/words/words.ts';
import { printLadder } from '../text/print-ladder.ts';
import type { Effect } from './actions.ts';
import type { Document } from './document.ts';
import type { News } from './messages.ts';
import type { Model } from './model.ts';
import { ladderLines, ladderTitle } from './panes/ladder.ts';
import { forScreen } from './screen-text.ts';
import type { UiLine } from './style.ts';
import { packetsText, textOf, textView } from './text-view.ts';

/** Where it is written to, and whether in the place of what is there. */
type Target = Pick<Extract<Effect, { do: 'save' | 'export' }>, 'file' | 'replaces'>;

const WIDTH = 100;
const CHARACTERS_A_STEP = 16_384;
const BLOCK = 1000;

/** Saves the session as pcapng, as `run -w` does, while keys are heard; over a file that is there only where the user wants that. The signal hurries it. */
export async function saveSession(
  document: Document | null,
  { file: path, replaces }: Target,
  signal: AbortSignal,
): Promise<News> {
  if (document === null) return said(told().status.nothingToSave, true);
  if (document.extent === 'loading') return said(told().status.notReadYet, true);
  try {
    if (!replaces && isFile(path)) return { kind: 'exists', does: 'save', file: path };
    const file = SessionFile.create(path, { force: replaces, plainPcap: false, owner: null });
    const { timeline, words, session } = document;
    const reason = (row: number): string => words.reason(timeline.reasonOfPacket(row));
    const problem = await untilDoneOr(file.finishInSteps(session, reason), signal);
    return problem === null ? said(told().status.savedAs(path), false) : said(problem, true);
  } catch (error) {
    return failed(error);
  }
}

/** Writes what is shown as text, every row of it that the filter lets through, while keys are heard. What is ended leaves no file. */
export async function exportText(
  model: Model,
  { file: path, replaces }: Target,
  signal: AbortSignal,
): Promise<News> {
  const { document } = model;
  if (document === null) return said(told().status.nothingToWrite, true);
  try {
    if (isFile(path)) {
      if (!replaces) return { kind: 'exists', does: 'export', file: path };
      const problem = await untilDoneOr(replaceText(path, shownText(model, document)), signal);
      return said(
        problem === null ? told().status.writtenTo(path) : `${path}: ${inWords(problem)}`,
        problem !== null,
      );
    }
    const fd = openSync(path, 'wx');
    try {
      const isWhole = await inTurns(written(fd, shownText(model, document)), signal);
      if (isWhole === null) unlinkSync(path);
    } finally {
      closeSync(fd);
    }
    return said(told().status.writtenTo(path), false);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return said(told().status.isThere(path, model.keys.keyOf('export')), true);
    return failed(error);
  }
}

/** A file as it may be told apart from a directory, a pipe and what is not there. */
function isFile(path: string): boolean {
  return statsOf(path)?.isFile() === true;
}

/** Puts lines in the place of what a file holds, which stays if they cannot be written. Gives the errno name of why. */
function replaceText(path: string, lines: Iterable<string>): Generator<void, string | null> {
  const { mode, uid, gid } = statSync(path);
  return replaceFile(realpathSync(path), function* (fd) {
    yield* written(fd, lines);
    fchownSync(fd, uid, gid);
    fchmodSync(fd, mode & 0o777);
    return null;
  });
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

function shownText(model: Model, document: Document): Iterable<string> {
  const style = { width: WIDTH, ascii: false, colour: false, all: false };
  const { page, connection, selected } = model;
  if (page === 'packets') return packetsText(sized(model), document);
  if (page === 'ladder' && model.filter !== '') return rowsText(sized(model), document);
  if (page === 'ladder' || page === 'home' || page === 'compare')
    return printLadder(document.timeline, style);
  const number = document.numberText(document.timeline.row(selected)).slice(1);
  const at = page === 'sockets' && number !== '' ? Number(number) : null;
  return textView(document.timeline, { view: page, at, connection }, style);
}

function sized(model: Model): Model {
  return { ...model, size: { width: WIDTH, height: model.size.height }, ascii: false, search: null };
}

/** The rows that pass the filter, one a line. */
function* rowsText(model: Model, document: Document): Generator<string> {
  yield lineText(ladderTitle(model, document));
  const shown: Model = { ...model, selected: -1, replay: null, marks: {} };
  for (let top = 0; top < model.rows.length; top += BLOCK)
    for (const line of ladderLines({ ...shown, tops: { ladder: top } }, document, BLOCK))
      yield lineText(line);
}

function lineText(line: UiLine): string {
  return forScreen(textOf(line)).trimEnd();
}

function said(text: string, isError: boolean): News {
  return { kind: 'status', text, isError };
}

function failed(error: unknown): News {
  if (error instanceof UserError) return said(`${error.message}: ${error.hint}`, true);
  if (error instanceof Error && 'code' in error) return said(error.message, true);
  throw error;
}
