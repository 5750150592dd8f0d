import { afterEach } from 'vitest';
import type { Start } from '../../../views/tui/model.ts';
import { echoSession } from '../../session/fake-session.ts';
import { TestScreen } from './screen.ts';

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** The smallest usual terminal, and a large one. */
export const SIZES = [
  { width: 80, height: 24 },
  { width: 200, height: 60 },
] as const satisfies readonly ScreenSize[];

/** Makes screens that show the echo session, and closes them after each test of a file. */
export function echoScreens(): (size: ScreenSize, settings?: Partial<Start>) => TestScreen {
  const open: TestScreen[] = [];
  afterEach(() => {
    for (const each of open.splice(0)) each.close();
  });
  return (size, settings = {}) => {
    const made = new TestScreen({ ...size, settings });
    open.push(made);
    made.show(echoSession(), 'echo');
    return made;
  };
}
