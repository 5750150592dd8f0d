import { editText } from '../../../src/commands/step-line.ts';
import { peerRule } from '../../../src/scenarios/peer-commands.ts';
import { SIGNAL_LIST } from '../../../src/sockets/user-signals.ts';
import { say } from '../../../src/words/text.ts';
import { words } from '../../../src/words/words.ts';
import { safe } from '../../escape.ts';
import { shorten } from '../../ladder/line.ts';
import type { Model, TalkPurpose } from '../model.ts';
import { span, spans, type UiLine, type UiSpan } from '../style.ts';
import { isTalk } from '../update-talk.ts';

/** Lines that roles printed, above the one that is typed. */
const PRINTED = 5;
const STOPPED = 4;

/** Above the footer: what the roles have printed while the user types for one, and the calls that wait in step mode. */
export function talkLines(model: Model): readonly UiLine[] {
  const { running, overlay, pane, page } = model;
  if (running === null || page === 'home') return [];
  const isTyping = overlay?.kind === 'prompt' && isTalk(overlay.purpose);
  // With the pane hidden the newest row would be under them: the footer has the short form.
  const isFree = isTyping || pane.size !== 'hidden';
  const stops = isFree ? [...ruleLine(model), ...stopLines(model)] : [];
  if (overlay?.kind !== 'prompt' || overlay.purpose !== 'answer') return stops;
  const printed = running.printed.slice(-PRINTED).map(({ role, text, isTyped }) => {
    const sign = isTyped ? '‹' : '›';
    return boxed(model, [span(` ${role} ${sign} `, 'label'), span(safe(text), isTyped ? 'value' : 'data')]);
  });
  return [...printed, ...stops];
}

/** Which commands a peer may have run, while it can. */
function ruleLine(model: Model): readonly UiLine[] {
  const document = model.document;
  const rule = document?.extent === 'running' ? peerRule(document.session.run?.parameters ?? {}) : null;
  return rule === null
    ? []
    : [boxed(model, [span(` ${say(rule.text)}`, rule.isWarning ? 'error' : 'reason')])];
}

/** One line for each role that waits in step mode: its key, and the whole call with what was changed of it. */
function stopLines(model: Model): readonly UiLine[] {
  const waiting = model.running?.waiting ?? [];
  return waiting.slice(0, STOPPED).map((stopped) => {
    const { role, text } = stopped.call;
    const changed = editText(stopped);
    return boxed(model, [
      span(` ${model.keys.keyOf(stepCommand(role))} `, 'key'),
      span(`${role}: `, 'label'),
      span(changed === '' ? '' : `${changed} · `, 'mark'),
      span(text, 'call'),
    ]);
  });
}

/** The command that lets a role go on. */
export const stepCommand = (role: string): string =>
  role.startsWith('server') ? 'step-server' : 'step-client';

function boxed({ size }: Model, parts: readonly UiSpan[]): UiLine {
  let room = size.width - 1;
  const shown = parts.map(({ text, style }) => {
    const cut = shorten(text, Math.max(0, room), '…');
    room -= [...cut].length;
    return span(cut, style);
  });
  return spans(shown, 'box');
}

/** What stands before the text that is typed for a role. */
export function talkPrompt({ running, size }: Model, purpose: TalkPurpose, role: string): UiSpan[] {
  if (purpose === 'signal')
    return [span(` ${role} `, 'bar-on'), span(` ${words().screen.talk.signal} `, 'key')];
  if (purpose !== 'answer') return [span(` ${role} ${words().screen.talk[purpose]} `, 'key')];
  const asked = running?.asking.find((each) => each.role === role)?.prompt ?? '';
  return [
    span(` ${role} `, 'bar-on'),
    span(` ${shorten(safe(asked), Math.floor(size.width / 2), '…')} `, 'key'),
  ];
}

/** How a prompt for a role is used, at the right: the first of these that there is room for. */
export function talkHints(purpose: TalkPurpose): readonly string[] {
  if (purpose === 'signal') return [`${SIGNAL_LIST} · ${words().screen.talk.send}`, SIGNAL_LIST];
  return [words().screen.talk[purpose === 'answer' ? 'answer' : 'edit']];
}
