import { dataEdit, pauseEdit, type Stopped } from '../../src/commands/step-line.ts';
import { escapeBytes } from '../../src/sockets/escaped-bytes.ts';
import { SIGNAL_LIST, signalNamed } from '../../src/sockets/user-signals.ts';
import { words } from '../../src/words/words.ts';
import type { Model, Overlay, TalkPurpose } from './model.ts';
import type { Step } from './update-move.ts';

type Prompt = Extract<Overlay, { kind: 'prompt' }>;

const said = (model: Model, text: string): Model => ({ ...model, status: { text, isError: false } });

const TALK: ReadonlySet<Prompt['purpose']> = new Set<TalkPurpose>([
  'answer',
  'step-data',
  'step-pause',
  'signal',
]);

/** Whether a prompt is about a role of the run: a line that it asked for, its next call in step mode, a signal for it. */
export function isTalk(purpose: Prompt['purpose']): purpose is TalkPurpose {
  return TALK.has(purpose);
}

/** Opens the prompt for the line that a role asks for, the first one's unless told. */
export function openAnswer(model: Model, role?: string): Model {
  const asking = model.running?.asking ?? [];
  const chosen = asking.find((each) => each.role === role) ?? asking[0];
  if (chosen === undefined) return said(model, words().status.noAsking);
  return { ...model, isTyping: true, overlay: prompt('answer', chosen.role, '') };
}

/** Opens the prompt for a signal to a role, the first one's that runs unless told. */
export function openSignal(model: Model, role?: string): Model {
  const roles = model.running?.roles ?? [];
  const chosen = roles.find((each) => each === role) ?? roles[0];
  if (chosen === undefined) return said(model, words().status.noRole);
  const before =
    model.overlay?.kind === 'prompt' && model.overlay.purpose === 'signal' ? model.overlay.text : '';
  return { ...model, overlay: prompt('signal', chosen, before) };
}

/** Opens the prompt that changes the next call of a role that waits: its data, or a pause before it. */
export function openEdit(model: Model, purpose: 'step-data' | 'step-pause', role?: string): Model {
  const stopped = candidates(model, purpose);
  const chosen = stopped.find(({ call }) => call.role === role) ?? stopped[0];
  if (chosen === undefined)
    return said(model, purpose === 'step-data' ? words().status.noData : words().status.noWaiting(null));
  return { ...model, overlay: prompt(purpose, chosen.call.role, textOf(chosen, purpose)) };
}

/** A key in a prompt that is about a role; null for those that only change the text. */
export function talkKey(model: Model, overlay: Prompt, name: string): Step | null {
  const { purpose, role, text } = overlay;
  if (!isTalk(purpose) || role === undefined) return null;
  const bare: Model = { ...model, overlay: null };
  switch (name) {
    case 'escape':
      return [purpose === 'answer' ? { ...bare, isTyping: false } : bare, []];
    case 'tab':
      return [next(model, purpose, role), []];
    case 'C-d':
      if (purpose !== 'answer' || text !== '') return [model, []];
      return [bare, [{ do: 'answer', role, line: null }]];
    case 'enter':
      if (purpose === 'answer') return [bare, [{ do: 'answer', role, line: text }]];
      return purpose === 'signal' ? sent(model, role, text) : changed(model, overlay, role);
    default:
      return null;
  }
}

/** What the news of a run does to a prompt: the next question opens it, the end of who asked closes it. */
export function withQuestions(model: Model): Model {
  const { overlay, running } = model;
  const asking = running?.asking ?? [];
  const isAbout = overlay?.kind === 'prompt' && isTalk(overlay.purpose);
  if (isAbout) {
    if (rolesFor(model, overlay.purpose).includes(overlay.role ?? '')) return model;
    return withQuestions({ ...model, overlay: null });
  }
  return overlay === null && model.isTyping && asking.length > 0 ? openAnswer(model) : model;
}

function sent(model: Model, role: string, text: string): Step {
  const signal = signalNamed(text);
  // What is wrong is said, and the text stays to be mended.
  if (signal === null)
    return [
      { ...model, status: { text: words().texts.noSignal(text.trim(), SIGNAL_LIST), isError: true } },
      [],
    ];
  const bare: Model = { ...model, overlay: null };
  return [said(bare, words().texts.signalSent(signal, role)), [{ do: 'signal', role, signal }]];
}

function changed(model: Model, { purpose, text }: Prompt, role: string): Step {
  const stopped = model.running?.waiting.find(({ call }) => call.role === role);
  if (stopped === undefined) return [{ ...model, overlay: null }, []];
  const result = purpose === 'step-data' ? dataEdit(stopped, text) : pauseEdit(stopped, text || '0');
  // What is wrong is said, and the text stays to be mended.
  if ('error' in result) return [{ ...model, status: { text: result.error, isError: true } }, []];
  return [{ ...model, overlay: null }, [{ do: 'step-edit', role, edit: result.edit }]];
}

function next(model: Model, purpose: TalkPurpose, role: string): Model {
  const roles = rolesFor(model, purpose);
  const other = roles[(roles.indexOf(role) + 1) % roles.length];
  if (purpose === 'signal') return openSignal(model, other);
  return purpose === 'answer' ? openAnswer(model, other) : openEdit(model, purpose, other);
}

/** The roles that a prompt can be about. */
function rolesFor(model: Model, purpose: TalkPurpose): readonly string[] {
  const { running } = model;
  if (purpose === 'signal') return running?.roles ?? [];
  if (purpose === 'answer') return (running?.asking ?? []).map(({ role }) => role);
  return candidates(model, purpose).map(({ call }) => call.role);
}

function candidates(model: Model, purpose: 'step-data' | 'step-pause'): readonly Stopped[] {
  const waiting = model.running?.waiting ?? [];
  return purpose === 'step-data' ? waiting.filter(({ call }) => call.data !== null) : waiting;
}

function textOf({ call, edit }: Stopped, purpose: 'step-data' | 'step-pause'): string {
  if (purpose === 'step-pause') return String(edit?.pauseMs ?? '');
  return escapeBytes(Buffer.from(edit?.data ?? call.data ?? '', 'base64'));
}

const prompt = (purpose: TalkPurpose, role: string, text: string): Prompt => ({
  ...{ kind: 'prompt', purpose, role, text, at: 0 },
});
