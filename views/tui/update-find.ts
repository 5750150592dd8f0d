import { words } from '../../src/words/words.ts';
import { printable } from '../ladder/glyphs.ts';
import type { Model } from './model.ts';
import { neighbour, someRows } from './row-list.ts';
import { jump, type Step, select } from './update-move.ts';

const said = (model: Model, text: string): Model => ({ ...model, status: { text, isError: false } });

/** To the next or last hit of the search before or after the chosen row, around the ends. */
export function findBy(model: Model, by: number): Model {
  const { search } = model;
  if (search === null) return said(model, words().status.noSearch);
  const { hits } = search;
  if (hits.length === 0)
    return said(model, search.isDone ? words().status.notFound(search.text) : words().status.searching);
  const list = someRows(hits);
  let next = neighbour(list, model.selected, by);
  const isAround = next < 0 || next >= hits.length;
  next = (next + hits.length) % hits.length;
  const text = words().status.hit(next + 1, hits.length, search.isDone, isAround);
  return said(jump(model, list.at(next)), text);
}

/** To the next row that a finding points at. */
export function findingBy(model: Model, by: number): Model {
  const { document } = model;
  if (document === null) return model;
  const { found } = document;
  if (found === null) return said(model, words().status.lookingYet);
  const { rows, atRow } = found.list;
  if (rows.length === 0) return said(model, words().status.nothingFound(found.isDone));
  const row = rows[neighbour(someRows(rows), model.selected, by)];
  if (row === undefined) return said(model, words().status.noFinding(by > 0, found.isDone));
  const text = printable(atRow.get(row)?.text() ?? '', false);
  return said(jump(model, row), text);
}

export function setMark(model: Model, letter: string): Model {
  const marks = { ...model.marks, [letter]: model.selected };
  return { ...said(model, words().status.marked(letter)), marks };
}

export function jumpToMark(model: Model, letter: string): Model {
  const row = model.marks[letter];
  return row === undefined ? said(model, words().status.noMark(letter)) : jump(model, row);
}

/** Shows only the connection of the chosen row, or all rows again. */
export function onlyConnection(model: Model): Step {
  const { document } = model;
  if (document === null) return [model, []];
  if (model.filter !== '')
    return [select({ ...model, ...document.everything, filter: '' }, model.selected), []];
  const { timeline } = document;
  const row = timeline.row(model.selected);
  const connection =
    row.kind === 'packet' ? timeline.connectionOfPacket(row.packet) : timeline.connectionOfCall(row.call);
  return connection === null
    ? [said(model, words().status.noConnection), []]
    : [model, [{ do: 'only-connection', connection }]];
}
