import type { StepEdit } from '../../src/lab/protocol.ts';
import type { SignalName } from '../../src/sockets/user-signals.ts';
import type { Page, PaneKind, Purpose } from './model.ts';
import type { PacketColumn } from './packet-columns.ts';

/** What a key or a command of the palette does. */
export type Action =
  | { readonly do: 'move'; readonly by: number }
  | { readonly do: 'move-page'; readonly by: number }
  | { readonly do: 'move-to'; readonly end: 'first' | 'last' }
  | { readonly do: 'show'; readonly page: Page }
  | { readonly do: 'turn'; readonly by: number }
  | { readonly do: 'focus' }
  | { readonly do: 'pane'; readonly kind: PaneKind }
  | { readonly do: 'zoom' }
  /** More or fewer lines for the pane; null: as many as usual. */
  | { readonly do: 'resize-pane'; readonly by: number | null }
  | { readonly do: 'columns' }
  | { readonly do: 'enter' }
  | { readonly do: 'back' }
  | { readonly do: 'return' }
  /** `text` is what is typed already. */
  | { readonly do: 'prompt'; readonly purpose: Purpose; readonly text?: string }
  | { readonly do: 'palette' }
  | { readonly do: 'help' }
  | { readonly do: 'only-connection' }
  | { readonly do: 'find'; readonly by: number }
  | { readonly do: 'finding'; readonly by: number }
  /** `asks` for a file also where something is compared already. */
  | { readonly do: 'compare'; readonly asks: boolean }
  | { readonly do: 'difference'; readonly by: number }
  | { readonly do: 'turn-comparison' }
  | { readonly do: 'other-run' }
  | { readonly do: 'await'; readonly key: string }
  | { readonly do: 'play' }
  | { readonly do: 'speed'; readonly by: number }
  | { readonly do: 'let-go'; readonly side: 'first' | 'client' | 'server' | 'all' }
  | { readonly do: 'answer' }
  | { readonly do: 'signal' }
  | { readonly do: 'step-edit'; readonly what: 'step-data' | 'step-pause' }
  | { readonly do: 'follow' }
  | { readonly do: 'run' }
  | { readonly do: 'run-stepped' }
  | { readonly do: 'quiz' }
  | { readonly do: 'stop' }
  | { readonly do: 'edit' }
  | { readonly do: 'theme' }
  | { readonly do: 'mouse' }
  | { readonly do: 'copy'; readonly what: 'row' | 'view' | 'bytes' }
  | { readonly do: 'repaint' }
  | { readonly do: 'suspend' }
  | { readonly do: 'quit'; readonly how: 'ask' | 'now' | 'leave-view' | 'interrupt' };

/** Something that happens outside the model: asked for by an update, done by the program around it. */
export type Effect =
  | {
      readonly do: 'run';
      readonly scenario: string;
      readonly values: Readonly<Record<string, string>>;
      readonly step: boolean;
      /** The user is asked about it before it is shown. */
      readonly quiz?: boolean;
    }
  /** Makes the questions on what is open. */
  | { readonly do: 'quiz' }
  | { readonly do: 'open'; readonly file: string; readonly quiz?: boolean }
  /** Compares two files, or (null) what is open with one. */
  | { readonly do: 'compare'; readonly left: string | null; readonly right: string }
  | { readonly do: 'live' }
  | { readonly do: 'let-go'; readonly role: string }
  | { readonly do: 'answer'; readonly role: string; readonly line: string | null }
  | { readonly do: 'step-edit'; readonly role: string; readonly edit: StepEdit }
  | { readonly do: 'signal'; readonly role: string; readonly signal: SignalName }
  | { readonly do: 'stop' }
  | { readonly do: 'cancel-loading' }
  | { readonly do: 'search'; readonly text: string }
  | { readonly do: 'filter'; readonly text: string }
  | { readonly do: 'only-connection'; readonly connection: number }
  /** Saves a filter among the user's settings; null deletes it. */
  | { readonly do: 'store-filter'; readonly name: string; readonly text: string | null }
  /** Keeps the columns of the packets view among the user's settings; null keeps the usual ones. */
  | { readonly do: 'store-columns'; readonly columns: readonly PacketColumn[] | null }
  /** `replaces`: the user wants it in the place of a file that is there. */
  | { readonly do: 'save' | 'export'; readonly file: string; readonly replaces: boolean }
  | { readonly do: 'copy'; readonly text: string }
  | { readonly do: 'play'; readonly on: boolean }
  | { readonly do: 'mouse'; readonly on: boolean }
  | { readonly do: 'repaint' }
  | { readonly do: 'suspend' }
  | { readonly do: 'quit'; readonly leaveView: boolean; readonly isInterrupt: boolean };
