import { basename } from 'node:path';
import { compareInSteps } from '../../src/compare/compare.ts';
import { openSession } from '../../src/session/read.ts';
import { timelineInSteps } from '../../src/timeline/timeline.ts';
import { inTurns } from '../../src/timeline/turns.ts';
import { Document } from './document.ts';
import type { News } from './messages.ts';

interface Opened {
  readonly document: Document;
  close(): void;
}

export interface Compared {
  readonly news: News;
  /** Frees what was opened for it. */
  close(): void;
}

type Progress = (share: number | null, rows: number) => void;

/** Opens two captures, or one beside a document that is open, and compares them; null when the signal ends it. Throws a UserError. */
export async function compareFiles(
  left: string | Document,
  right: string,
  signal: AbortSignal,
  onProgress: Progress,
): Promise<Compared | null> {
  const opened: Opened[] = [];
  const close = (): void => {
    for (const each of opened.splice(0)) each.close();
  };
  const documentOf = async (from: string | Document): Promise<Document | null> => {
    if (typeof from !== 'string') return from;
    const made = await open(from, signal, onProgress);
    if (made !== null) opened.push(made);
    return made?.document ?? null;
  };
  try {
    const one = await documentOf(left);
    const two = one === null ? null : await documentOf(right);
    const comparison =
      one === null || two === null ? null : await inTurns(compareInSteps(one.timeline, two.timeline), signal);
    if (one === null || two === null || comparison === null) {
      close();
      return null;
    }
    return { news: { kind: 'compared', left: one, right: two, comparison }, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function open(file: string, signal: AbortSignal, onProgress: Progress): Promise<Opened | null> {
  const session = await openSession(file, {
    signal,
    onProgress: ({ bytes, totalBytes, rows }) =>
      onProgress(totalBytes === null ? null : bytes / totalBytes, rows),
  });
  const timeline = await inTurns(timelineInSteps(session, true), signal);
  if (timeline === null) {
    session.capture.close();
    return null;
  }
  return { document: new Document(timeline, basename(file)), close: () => session.capture.close() };
}
