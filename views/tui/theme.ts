import type { Back, UiStyle } from './style.ts';

export const THEMES = ['dark', 'light', '16', 'mono'] as const;
export type ThemeName = (typeof THEMES)[number];

/** SGR parameters (ECMA-48 §8.3.117); of the attributes blessed understands bold, underline and inverse. */
export interface Theme {
  readonly fore: Readonly<Record<UiStyle, string>>;
  readonly back: Readonly<Record<Back, string>>;
}

const palette = (number: number): string => `38;5;${number}`;
const ground = (number: number): string => `48;5;${number}`;

const DARK: Theme = {
  fore: {
    ...{ plain: '', dim: palette(245), bold: '1', lane: palette(240), blocked: palette(214) },
    ...{ call: palette(80), failed: `1;${palette(203)}`, syn: palette(114), data: palette(111) },
    ...{ ack: palette(250), fin: palette(176), rst: palette(203), datagram: palette(111) },
    ...{ lost: `1;${palette(203)}`, state: palette(114), reason: palette(252), warning: `1;${palette(214)}` },
    ...{ good: palette(114), bar: palette(250), 'bar-on': '1;7', 'bar-key': `4;${palette(255)}` },
    ...{ title: `1;${palette(255)}`, key: `1;${palette(80)}`, label: palette(245), value: palette(255) },
    ...{ border: palette(240), hit: `1;${palette(16)};${ground(222)}`, mark: palette(214), cursor: '7' },
    ...{ error: `1;${palette(203)}`, flow0: palette(111), flow1: palette(150), flow2: palette(215) },
    ...{ flow3: palette(176), flow4: palette(80), flow5: palette(186) },
  },
  back: {
    ...{ none: '', bar: ground(236), selected: ground(24), dimmed: ground(238) },
    ...{ linked: ground(235), box: ground(235) },
  },
};

const LIGHT: Theme = {
  fore: {
    ...{ plain: '', dim: palette(243), bold: '1', lane: palette(248), blocked: palette(166) },
    ...{ call: palette(30), failed: `1;${palette(160)}`, syn: palette(28), data: palette(26) },
    ...{ ack: palette(239), fin: palette(90), rst: palette(160), datagram: palette(26) },
    ...{ lost: `1;${palette(160)}`, state: palette(28), reason: palette(236), warning: `1;${palette(166)}` },
    ...{ good: palette(28), bar: palette(238), 'bar-on': '1;7', 'bar-key': `4;${palette(16)}` },
    ...{ title: `1;${palette(16)}`, key: `1;${palette(30)}`, label: palette(243), value: palette(16) },
    ...{ border: palette(248), hit: `1;${palette(16)};${ground(222)}`, mark: palette(166), cursor: '7' },
    ...{ error: `1;${palette(160)}`, flow0: palette(26), flow1: palette(28), flow2: palette(130) },
    ...{ flow3: palette(90), flow4: palette(30), flow5: palette(94) },
  },
  back: {
    ...{ none: '', bar: ground(254), selected: ground(153), dimmed: ground(252) },
    ...{ linked: ground(230), box: ground(255) },
  },
};

/** The user's own 16 colours: no background but inverse, which every choice of colours can stand. */
const SIXTEEN: Theme = {
  fore: {
    ...{ plain: '', dim: '', bold: '1', lane: '34', blocked: '33' },
    ...{ call: '36', failed: '1;31', syn: '32', data: '1;34' },
    ...{ ack: '', fin: '35', rst: '31', datagram: '1;34' },
    ...{ lost: '1;31', state: '32', reason: '', warning: '1;33' },
    ...{ good: '32', bar: '', 'bar-on': '1', 'bar-key': '4' },
    ...{ title: '1', key: '1;36', label: '', value: '1' },
    ...{ border: '34', hit: '1;30;43', mark: '33', cursor: '7' },
    ...{ error: '1;31', flow0: '34', flow1: '32', flow2: '33', flow3: '35', flow4: '36', flow5: '' },
  },
  back: { none: '', bar: '7', selected: '7', dimmed: '4', linked: '1', box: '' },
};

const MONO: Theme = {
  fore: {
    ...{ plain: '', dim: '', bold: '1', lane: '', blocked: '1', call: '', failed: '1', syn: '', data: '' },
    ...{ ack: '', fin: '', rst: '1', datagram: '', lost: '1', state: '1', reason: '', warning: '1' },
    ...{ good: '', bar: '', 'bar-on': '1', 'bar-key': '4', title: '1', key: '1', label: '', value: '' },
    ...{ border: '', hit: '1;4', mark: '1', cursor: '7', error: '1' },
    ...{ flow0: '', flow1: '', flow2: '', flow3: '', flow4: '', flow5: '' },
  },
  back: { none: '', bar: '7', selected: '7', dimmed: '4', linked: '1', box: '' },
};

const TABLES: Readonly<Record<ThemeName, Theme>> = { dark: DARK, light: LIGHT, '16': SIXTEEN, mono: MONO };

export function themeOf(name: ThemeName): Theme {
  return TABLES[name];
}

/** The theme that the environment asks for: NO_COLOR, the number of colours, the terminal's background where it says it. */
export function themeFor(env: Readonly<Record<string, string | undefined>>): ThemeName {
  const { NO_COLOR, TERM, COLORTERM, COLORFGBG } = env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return 'mono';
  if (TERM === 'vt100' || TERM === 'vt220') return 'mono';
  const many = /256|kitty|alacritty|ghostty|foot|wezterm|direct/.test(TERM ?? '') || (COLORTERM ?? '') !== '';
  if (!many) return '16';
  const background = Number(/;(\d+)$/.exec(COLORFGBG ?? '')?.[1] ?? 0);
  return background === 7 || background === 15 ? 'light' : 'dark';
}
