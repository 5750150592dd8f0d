import type { Stopped } from '../../src/commands/step-line.ts';
import type { Comparison } from '../../src/compare/compare.ts';
import type { ParameterSpec } from '../../src/scenarios/parameter-table.ts';
import { words } from '../../src/words/words.ts';
import type { Document } from './document.ts';
import type { Size } from './geometry.ts';
import { type KeyTable, USUAL_KEYS } from './key-table.ts';
import type { PacketColumn } from './packet-columns.ts';
import type { Quiz } from './quiz.ts';
import { allRows, type RowList } from './row-list.ts';
import type { Sample } from './samples.ts';
import type { SavedFilters } from './saved-filters.ts';
import type { ThemeName } from './theme.ts';

export const PAGES = [
  'ladder',
  'packets',
  'streams',
  'conversations',
  'findings',
  'buffers',
  'sequence',
  'sockets',
] as const;
/** `compare` is there only while two runs are compared. */
export type Page = (typeof PAGES)[number] | 'home' | 'compare';

/** What stands under the main part. */
export type PaneKind = 'why' | 'details' | 'source';

export interface Pane {
  readonly kind: PaneKind;
  readonly size: 'shown' | 'hidden' | 'zoomed';
  /** Lines that the user gave it; null: by the height of the screen. */
  readonly lines: number | null;
  /** The line that the cursor is on, and the first one that is shown. */
  readonly at: number;
  readonly top: number;
}

/** What lies over the screen and takes the keys. */
export type Overlay =
  | { readonly kind: 'help'; readonly top: number }
  | { readonly kind: 'palette'; readonly text: string; readonly at: number }
  /** `at` is the chosen completion of a filter. */
  | {
      readonly kind: 'prompt';
      readonly purpose: Purpose;
      readonly text: string;
      readonly at: number;
      /** Of a prompt that is about a role. */
      readonly role?: string;
    }
  /** What is to be known at the beginning; any key closes it. */
  | { readonly kind: 'notice'; readonly title: string; readonly lines: readonly string[] }
  /** The columns of the packets view. */
  | { readonly kind: 'columns'; readonly at: number }
  | { readonly kind: 'leave' }
  /** Whether a file that is there is to be replaced. */
  | { readonly kind: 'replace'; readonly does: 'save' | 'export'; readonly file: string };
export type Purpose =
  | 'search'
  | 'filter'
  | 'goto'
  | 'save'
  | 'export'
  | 'open'
  | 'value'
  | 'compare'
  | 'save-filter'
  | 'column'
  | TalkPurpose;
/** What is typed for a role of the run. */
export type TalkPurpose = 'answer' | 'step-data' | 'step-pause' | 'signal';

export interface ScenarioEntry {
  readonly id: string;
  readonly title: string;
  readonly teaches: string;
  readonly lookFor: readonly string[];
  readonly parameters: readonly ParameterSpec[];
}

export interface Home {
  readonly scenarios: readonly ScenarioEntry[];
  readonly recent: readonly string[];
  readonly samples: readonly Sample[];
  /** Why a run was refused, by the parameter that it names. */
  readonly problem: { readonly parameter: string; readonly text: string } | null;
  readonly at: number;
  /** The file that the next one is compared with. */
  readonly marked: string | null;
  /** The form's chosen parameter; null while the list has the keys. */
  readonly form: number | null;
  /** What was typed, by scenario and parameter; a parameter that is missing has its default. */
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A run that goes on. */
export interface Running {
  readonly scenario: string;
  /** The roles that have not ended yet. */
  readonly roles: readonly string[];
  /** Roles that wait in step mode, each with the call that it is about to make. */
  readonly waiting: readonly Stopped[];
  /** Roles that ask for a line, the first to ask first. */
  readonly asking: readonly { readonly role: string; readonly prompt: string }[];
  /** What the roles printed and the user typed, the latest lines. */
  readonly printed: readonly { readonly role: string; readonly text: string; readonly isTyped: boolean }[];
  /** How far a transfer is. */
  readonly progress: string;
}

/** Two runs side by side; the document that the other views show is one of them. */
export interface SideBySide {
  readonly left: Document;
  readonly right: Document;
  readonly comparison: Comparison;
  readonly shows: 'all' | 'unlike' | 'sums';
}

export interface Search {
  readonly text: string;
  /** Rows that match, ascending, so far. */
  readonly hits: Uint32Array;
  readonly isDone: boolean;
}

export interface Replay {
  readonly isPlaying: boolean;
  /** Seconds of the capture that pass in a second. */
  readonly speed: number;
  /** The clock, in ns of the capture. */
  readonly timeNs: bigint;
}

export interface Status {
  readonly text: string;
  readonly isError: boolean;
  readonly untilRows?: boolean;
}

/** Everything that the screen is made of. */
export interface Model {
  readonly size: Size;
  readonly page: Page;
  readonly document: Document | null;
  readonly sideBySide: SideBySide | null;
  /** The rows of the ladder and of the packet list. */
  readonly rows: RowList;
  readonly packetRows: RowList;
  /** What the rows are limited to, in words; '' for all. */
  readonly filter: string;
  /** The chosen row of the time line. */
  readonly selected: number;
  /** First line shown of the ladder, and of the other pages. */
  readonly tops: Readonly<Partial<Record<Page, number>>>;
  /** The chosen line of pages that do not show rows. */
  readonly cursors: Readonly<Partial<Record<Page, number>>>;
  /** The connection whose stream, buffers and sequence are shown: that of the row chosen last. */
  readonly connection: number;
  readonly focus: 'main' | 'pane';
  readonly pane: Pane;
  readonly overlay: Overlay | null;
  readonly home: Home;
  readonly running: Running | null;
  /** What the program was started for, while nothing of it is there yet: no key is meant for the page that stands there. */
  readonly awaited: string | null;
  /** Questions about what is open, or about a run that goes on: they take the keys, and hide what would answer them. */
  readonly quiz: Quiz | null;
  /** Whether a role that asks for a line gets the keys at once. */
  readonly isTyping: boolean;
  /** Share of the file that is read; null when none is. */
  readonly loading: { readonly share: number | null; readonly rows: number } | null;
  readonly follow: boolean;
  readonly replay: Replay | null;
  readonly search: Search | null;
  readonly marks: Readonly<Record<string, number>>;
  /** Digits typed before a motion. */
  readonly count: string;
  /** A key that waits for a second one: m, ' and g. */
  readonly pending: string | null;
  readonly status: Status | null;
  readonly theme: ThemeName;
  readonly ascii: boolean;
  readonly mouse: boolean;
  readonly keys: KeyTable;
  readonly filters: SavedFilters;
  /** Columns of the packets view; null: the usual ones. */
  readonly columns: readonly PacketColumn[] | null;
  /** The border of the pane is held by the mouse. */
  readonly isDragging: boolean;
  /** Places jumped from, for going back. */
  readonly trail: readonly number[];
}

export interface Start {
  readonly size: Size;
  readonly theme: ThemeName;
  readonly ascii: boolean;
  readonly mouse: boolean;
  readonly scenarios: readonly ScenarioEntry[];
  readonly recent: readonly string[];
  readonly samples?: readonly Sample[];
  readonly keys?: KeyTable;
  readonly filters?: SavedFilters;
  readonly columns?: readonly PacketColumn[] | null;
  /** What is wrong in the user's settings. */
  readonly problems?: readonly string[];
}

export function initialModel(start: Start): Model {
  const { size, theme, ascii, mouse, scenarios, recent } = start;
  const { keys = USUAL_KEYS, filters = new Map(), columns = null } = start;
  const { problems = [], samples = [] } = start;
  return {
    ...{ size, theme, ascii, mouse, keys, filters, columns, isDragging: false },
    page: 'home',
    document: null,
    sideBySide: null,
    ...{ rows: allRows(0), packetRows: allRows(0), filter: '', selected: 0 },
    ...{ tops: {}, cursors: {}, connection: 0 },
    focus: 'main',
    pane: { kind: 'why', size: 'shown', lines: null, at: 0, top: 0 },
    overlay:
      problems.length === 0 ? null : { kind: 'notice', title: words().screen.badSettings, lines: problems },
    home: { scenarios, recent, samples, problem: null, at: 0, marked: null, form: null, values: {} },
    ...{
      running: null,
      awaited: null,
      quiz: null,
      isTyping: true,
      loading: null,
      follow: false,
      replay: null,
      search: null,
    },
    ...{ marks: {}, count: '', pending: null, status: null, trail: [] },
  };
}
