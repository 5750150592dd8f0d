import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { App } from '../../../views/tui/app.ts';
import { watchSignals } from '../../../views/tui/signals.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const app = { close: vi.fn(), leave: vi.fn() };
const listeners = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));

beforeEach(() => {
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
});

afterEach(() => {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    for (const listener of listeners.get(signal) ?? []) process.on(signal, listener);
  }
  vi.restoreAllMocks();
  vi.clearAllMocks();
});

test('the first signal ends in order, the second at once', async () => {
  const signals = watchSignals();
  signals.guard(app as unknown as App);
  process.emit('SIGINT');
  await Promise.resolve();
  expect(app.close).toHaveBeenCalledOnce();
  expect(app.leave).toHaveBeenCalledWith(130);
  expect(signals.code).toBe(130);
  expect(() => process.emit('SIGTERM')).toThrow('exit 143');
  signals.release();
});

test('SIGQUIT gives the terminal back, then does what it does', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const signals = watchSignals();
  signals.guard(app as unknown as App);
  process.emit('SIGQUIT');
  expect(app.close).toHaveBeenCalledOnce();
  expect(process.listenerCount('SIGQUIT')).toBe(0);
  expect(kill).toHaveBeenCalledWith(process.pid, 'SIGQUIT');
  signals.release();
});

test.each([
  { name: 'before the terminal is taken', release: false },
  { name: 'when it is given back, and a run is still ending', release: true },
])('a signal $name ends at once', ({ release }) => {
  const signals = watchSignals();
  if (release) {
    signals.guard(app as unknown as App);
    signals.release();
  }
  expect(() => process.emit('SIGHUP')).toThrow('exit 143');
  signals.release();
});
