import { afterEach, describe, expect, test } from 'vitest';
import { scenario } from '../../../src/scenarios/exercises/tcp-echo.ts';
import { parametersOf } from '../../../src/scenarios/parameter-table.ts';
import { buildTimeline } from '../../../src/timeline/timeline.ts';
import { Document } from '../../../views/tui/document.ts';
import type { Running, ScenarioEntry } from '../../../views/tui/model.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const;
const ECHO: ScenarioEntry = {
  ...{ id: 'tcp-echo', title: 'An echo', teaches: 'What an echo is.', lookFor: [] },
  parameters: parametersOf(scenario),
};
const NOBODY: Running = {
  ...{ scenario: 'echo', roles: ['server', 'client'], waiting: [] },
  ...{ asking: [], printed: [], progress: '' },
};
const SEND = {
  call: {
    type: 'waiting' as const,
    role: 'client',
    call: 'send',
    text: 'send(19, "hello\\n", 6)',
    data: Buffer.from('hello\n').toString('base64'),
  },
  edit: null,
};

const open: TestScreen[] = [];
function screen(size: { readonly width: number; readonly height: number }): TestScreen {
  const made = new TestScreen({ ...size, scenarios: [ECHO] });
  open.push(made);
  return made;
}
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe.each(SIZES)('at $width × $height', (size) => {
  test('a call that waits is shown whole, and its data as text that can be edited', async () => {
    const shown = screen(size);
    shown.show(echoSession(), 'echo');
    shown.app.hear({ kind: 'running', running: { ...NOBODY, waiting: [SEND] } });
    await shown.until('C client: send(19, "hello\\n", 6)');
    await shown.press('I');
    await shown.until(/client sends .*: hello\\n/);
    await shown.press(...'\\q', '\r');
    await shown.until('a backslash begins');
    await shown.press('\x1b');
    await shown.until('C client: send(19');
  });

  test('a role that asks gets the keys, with what was printed above them; Esc gives them back', async () => {
    const shown = screen(size);
    shown.show(echoSession(), 'echo');
    const printed = [{ role: 'server', text: 'hola \x1b]0;evil\x07', isTyped: false }];
    const asking = [{ role: 'client', prompt: 'you:\x1b[2J' }];
    shown.app.hear({ kind: 'running', running: { ...NOBODY, asking, printed } });
    await shown.until('you:\\x1b[2J');
    await shown.until('server › hola \\x1b]0;evil\\x07');
    await shown.press(...'quiet?');
    await shown.until('quiet?');
    await shown.press('\x1b');
    await shown.until('i answer client');
    shown.app.hear({ kind: 'running', running: { ...NOBODY, asking, printed } });
    await shown.until('i answer client');
    await shown.press('i');
    await shown.until('you:');
    shown.app.hear({ kind: 'running', running: null });
    await shown.until(/quit|home/);
    expect(shown.app.model.overlay).toBeNull();
  });

  test('whether to quit and end a run is no question any more when it has ended by itself', async () => {
    const shown = screen(size);
    shown.show(echoSession(), 'echo');
    shown.app.hear({ kind: 'running', running: NOBODY });
    await shown.press('q');
    await shown.until('A run goes on. Quit and end it?');
    shown.app.hear({ kind: 'running', running: { ...NOBODY, progress: '50 %' } });
    await shown.settle();
    expect(shown.app.model.overlay).toEqual({ kind: 'leave' });
    shown.app.hear({ kind: 'running', running: null });
    await shown.settle();
    expect(shown.app.model.overlay).toBeNull();
    expect(shown.lines().join('\n')).not.toContain('A run goes on');
  });

  test('a signal is typed for one of the roles that run; a wrong name is said with those that there are', async () => {
    const shown = screen(size);
    shown.show(echoSession(), 'echo');
    shown.app.hear({ kind: 'running', running: NOBODY });
    await shown.until('K signal');
    await shown.press('K');
    await shown.until(/server +signal: +TERM INT HUP USR1 .* PIPE/);
    await shown.press(...'nonsense', '\r');
    await shown.until('no signal nonsense: TERM INT HUP');
    await shown.press('\x15', ...'usr1', '\t');
    await shown.until(/client +signal: usr1/);
    await shown.press('\r');
    await shown.until('SIGUSR1 sent to client');
    expect(shown.app.model.overlay).toBeNull();
    await shown.press('K');
    await shown.until(/server +signal:/);
    shown.app.hear({ kind: 'running', running: { ...NOBODY, roles: [] } });
    await shown.until('X end the run');
    await shown.press('K');
    await shown.until('no role runs');
  });

  test('what a peer may have run is said while it can', async () => {
    const shown = screen(size);
    const session = echoSession();
    if (session.run === null) throw new Error('a run is needed');
    const parameters = { ...session.run.parameters, net: 'private', 'allow-any-command': true };
    const timeline = buildTimeline({ ...session, run: { ...session.run, parameters } });
    shown.app.hear({ kind: 'running', running: NOBODY });
    shown.app.hear({ kind: 'document', document: new Document(timeline, 'telnet', 'running') });
    await shown.until('warning: a peer may have any command run');
    shown.app.hear({ kind: 'document', document: new Document(timeline, 'telnet') });
    shown.app.hear({ kind: 'running', running: null });
    expect((await shown.settle()).join(' ')).not.toContain('a peer may');
  });

  test('a wrong value is said at its field, and the text stays to be mended', async () => {
    const shown = screen(size);
    const at = ECHO.parameters.findIndex(({ name }) => name === 'backlog');
    await shown.press('\x1b[C', ...Array<string>(at).fill('j'), '\r', '\x15', ...'many', '\r');
    await shown.until('--backlog many: not a whole number');
    expect(shown.app.model.overlay).toMatchObject({ kind: 'prompt', text: 'many' });
    await shown.press('\x15', '7', '\r');
    await shown.until(/\* backlog +7/);
    expect(shown.app.model.home.problem).toBeNull();
  });

  test('what refuses a run is said at the field that it names', async () => {
    const shown = screen(size);
    await shown.until('tcp-echo');
    const text = 'tcp-echo cannot have --clients 3 with this: give fewer';
    shown.app.hear({ kind: 'status', text, isError: true });
    await shown.until(/clients \(|parameters \(/);
    const { home } = shown.app.model;
    expect(ECHO.parameters[home.form ?? -1]?.name).toBe('clients');
    await shown.press('\x1b[A', '\x1b[B');
    await shown.until(/cannot have --clients 3 with this/);
  });
});
