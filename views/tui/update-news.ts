import { words } from '../../src/words/words.ts';
import { firstRow } from './document.ts';
import { withProblem } from './home-list.ts';
import type { News } from './messages.ts';
import type { Model, Status } from './model.ts';
import { someRows } from './row-list.ts';
import { withComparison } from './update-compare.ts';
import { inWindow, type Step, select } from './update-move.ts';
import { awaitQuiz, beginQuiz } from './update-quiz.ts';
import { tick } from './update-run.ts';
import { withQuestions } from './update-talk.ts';

/** What follows from news: of a run, of a file that is read, of a search. */
export function receive(model: Model, news: News): Step {
  switch (news.kind) {
    case 'document':
      return [withDocument({ ...model, awaited: null }, news), []];
    case 'compared':
      return [withComparison({ ...model, awaited: null }, news), []];
    case 'quiz-run':
      return [news.goesOn ? awaitQuiz(model) : { ...model, quiz: null }, []];
    case 'quiz':
      return [beginQuiz(model, news.document, news.questions), []];
    case 'running':
      // Who waits is said in the footer: that it starts is old news then.
      return [
        withQuestions({
          ...model,
          running: news.running,
          status: news.running?.waiting.length ? null : model.status,
          // A run that has ended by itself need not be ended: nothing is left to ask about.
          overlay: news.running === null && model.overlay?.kind === 'leave' ? null : model.overlay,
        }),
        [],
      ];
    case 'loading':
      return [{ ...model, loading: { share: news.share, rows: news.rows } }, []];
    case 'loaded':
      return [{ ...model, loading: null, awaited: null }, []];
    case 'busy': {
      const text = words().status.alreadyRuns(model.keys.keyOf('stop'));
      return [{ ...model, status: { text, isError: false } }, []];
    }
    case 'hits': {
      if (model.search?.text !== news.text) return [model, []];
      return [found(model, news), []];
    }
    case 'filtered': {
      // What was filtered may have made room for something else meanwhile.
      if (model.quiz !== null || model.document !== news.document) return [model, []];
      return [select({ ...model, ...news.shown, filter: news.filter }, model.selected), []];
    }
    case 'exists': {
      const { does, file } = news;
      if (model.overlay === null) return [{ ...model, overlay: { kind: 'replace', does, file } }, []];
      const text = words().status.isThere(file, model.keys.keyOf(does));
      return [{ ...model, status: { text, isError: true } }, []];
    }
    case 'tick':
      return tick(model, news.elapsedMs);
    case 'filters':
      return [{ ...model, filters: news.filters }, []];
    case 'scenarios':
      return [{ ...model, home: { ...model.home, scenarios: news.scenarios } }, []];
    case 'recent':
      return [{ ...model, home: { ...model.home, recent: news.recent } }, []];
    case 'status': {
      const said: Model = { ...model, status: statusOf(news) };
      if (!news.isError || model.page !== 'home') return [said, []];
      return [{ ...said, home: withProblem(model.home, news.text) }, []];
    }
    default:
      return news satisfies never;
  }
}

function statusOf({ text, isError, untilRows }: Extract<News, { kind: 'status' }>): Status {
  return untilRows === true ? { text, isError, untilRows } : { text, isError };
}

/** The first hits take the cursor to the nearest one below it. */
function found(model: Model, { text, hits, isDone }: Extract<News, { kind: 'hits' }>): Model {
  const isFirst = (model.search?.hits.length ?? 0) === 0 && hits.length > 0;
  const next: Model = { ...model, search: { text, hits, isDone } };
  if (!isFirst) {
    if (!isDone) return next;
    const count = hits.length === 0 ? words().status.notFound(text) : words().status.hits(hits.length, true);
    return { ...next, status: { text: count, isError: hits.length === 0 } };
  }
  const list = someRows(hits);
  const below = list.at(list.position(model.selected));
  const target = below >= model.selected ? below : list.at(0);
  const moved = select({ ...next, trail: [...model.trail, model.selected] }, target);
  const many = words().status.hitKeys(
    words().status.hits(hits.length, isDone),
    model.keys.keyOf('next-hit'),
    model.keys.keyOf('previous-hit'),
  );
  return { ...moved, status: { text: many, isError: false } };
}

/** A session that grows keeps its cursor; a new one begins at its first packet. */
function withDocument(model: Model, { document }: Extract<News, { kind: 'document' }>): Model {
  const before = model.document;
  const isMore = before !== null && before.title === document.title && before.extent !== 'whole';
  if (isMore) document.follows(before);
  const isOld = model.status?.untilRows === true && document.timeline.rowCount > 0;
  const status = isOld ? null : model.status;
  const fresh: Model = {
    ...model,
    ...document.everything,
    ...{ document, filter: '', sideBySide: null, status, quiz: null },
  };
  const last = Math.max(0, document.timeline.rowCount - 1);
  if (isMore) {
    if (document.extent === 'running') return select(fresh, model.follow ? last : model.selected);
    // A run that is over is read from its beginning; a file that is loaded stays where its reader is.
    const wasFollowed = before.extent === 'running' && model.follow;
    return wasFollowed ? begun({ ...fresh, follow: false }) : inWindow(select(fresh, model.selected));
  }
  const page = model.page === 'packets' ? 'packets' : 'ladder';
  const clean: Model = {
    ...fresh,
    ...{
      page,
      focus: 'main',
      tops: {},
      cursors: {},
      connection: 0,
      marks: {},
      search: null,
      trail: [],
      replay: null,
    },
    pane: { ...model.pane, at: 0, top: 0 },
    follow: document.extent === 'running',
  };
  return document.extent === 'running' ? select(clean, last) : begun(clean);
}

function begun(model: Model): Model {
  const { document } = model;
  if (document === null) return model;
  return select({ ...model, tops: {} }, firstRow(document));
}
