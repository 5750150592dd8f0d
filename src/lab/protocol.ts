import type { EngineName } from '../../capture/live/engine.ts';
import type { Pause } from '../scenarios/pauses.ts';
import type { NetworkCommand, RolePlan, RoleSignal } from '../scenarios/scenario.ts';
import type { KernelSample } from '../session/kernel-sample.ts';
import type { SignalName } from '../sockets/user-signals.ts';
import type { Language } from '../words/language.ts';
import type { Text } from '../words/text.ts';
import type { Conditions } from './conditions/conditions.ts';
import type { LostPacket } from './conditions/lost-packets.ts';

/** Descriptors that the top process hands to the lab, and the lab to its roles. */
export const LOG_FD = 3;
export const PACKETS_FD = 4;
/** In a role: its line to the lab, shared with its threads and children; JSON lines both ways (role-control.ts). */
export const CONTROL_FD = 4;
/** In a child that inherits a socket: that socket. */
export const INHERITED_FD = 5;

/** Who the run belongs to when it was started through sudo: everything but the capture runs as this user. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** Who answers a role that asks for a line. While a person does, the time of --timeout-run does not pass. */
export type Typist = 'nobody' | 'lines' | 'person';

/** Everything a lab needs to know; sent by the top as the first message. */
export interface LabPlan {
  /** Its id, or the name of a user's own file. */
  readonly scenario: string;
  /** The absolute path of a user's own file; null for a scenario of ours. */
  readonly file: string | null;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  readonly roles: readonly RolePlan[];
  readonly net: 'private' | 'host';
  readonly owner: Owner | null;
  /** null on the machine's own network, which is never changed. */
  readonly conditions: Conditions | null;
  /** What the scenario wants done to the private network; empty on the machine's own. */
  readonly network: readonly NetworkCommand[];
  readonly capture: {
    readonly engine: EngineName;
    readonly device: string;
    readonly filter: string | null;
    readonly snaplen: number;
    readonly ringBytes: number;
  };
  readonly recording: Recording;
  readonly pauses: readonly Pause[];
  readonly step: boolean;
  readonly typist: Typist;
  readonly timeoutMs: number;
  /** In which programs say what is for their user. */
  readonly language: Language;
}

export interface Recording {
  readonly data: 'first-bytes' | 'all' | 'hashes';
  readonly dataBytes: number;
  /** Recording is thinned once a role has moved this many bytes; null: never. */
  readonly thinAfterBytes: number | null;
}

export type ToLab =
  | { readonly type: 'plan'; readonly plan: LabPlan }
  | { readonly type: 'stop' }
  /** Lets a role that waits before a call in step mode go on. */
  | { readonly type: 'go'; readonly role: string; readonly edit: StepEdit | null }
  /** The line that a role has asked for; null: the end of the input. */
  | ({ readonly type: 'input'; readonly role: string } & InputLine)
  /** The user sends a signal to a role. */
  | { readonly type: 'signal'; readonly role: string; readonly signal: SignalName };

/** What was typed; null: the input has ended, and `isUnused` if nothing was ever typed in this run. */
export interface InputLine {
  readonly line: string | null;
  readonly isUnused: boolean;
}

/** What the lab tells a role that waits for it; `to` also names threads and children: 'server.1'. */
export type ToRole =
  | { readonly to: string; readonly type: 'go'; readonly edit: StepEdit | null }
  | ({ readonly to: string; readonly type: 'input' } & InputLine)
  /** The signal that it asked for was sent to this process; null: there is none any more. */
  | { readonly to: string; readonly type: 'signalled'; readonly pid: number | null };

/** The longest line of input, in characters: as long as a terminal takes in one line (MAX_CANON of termios(3)). */
export const MOST_LINE = 4096;

/** The longest message to a role, in bytes: it must fit into the buffer of a socket, because the role peeks at the whole of it. */
export const MOST_TO_ROLE = 64 * 1024;

export interface CaptureCounters {
  /** null where strangers sent while the capture began or ended. */
  readonly received: number | null;
  readonly dropped: number;
  readonly interfaceDropped: number;
}

/** What a role tells the lab, one JSON object a line, and the lab passes on. */
export type FromRole =
  | { readonly type: 'ready'; readonly pid: number }
  /** A process that a role forked runs: its id for kill(2), and as /proc has it. */
  | { readonly type: 'child'; readonly role: string; readonly pid: number; readonly visible: number }
  /** That process is gone: its exit code, or the name of the signal that ended it. */
  | { readonly type: 'left'; readonly role: string; readonly exit: number | string }
  /** Asks the lab, whose children all roles are, to send a signal. */
  | {
      readonly type: 'signal';
      readonly role: string;
      readonly to: string;
      readonly signal: RoleSignal;
    }
  /** What the exercise is about cannot be done here. */
  | { readonly type: 'cannot'; readonly message: string; readonly hint: string }
  | RoleNews;

export type RoleNews =
  | {
      readonly type: 'report';
      readonly role: string;
      readonly key: string;
      readonly value: string | number | boolean;
    }
  | { readonly type: 'progress'; readonly role: string; readonly done: number; readonly total: number }
  | { readonly type: 'print'; readonly role: string; readonly line: string }
  /** The role waits for a line of input. */
  | { readonly type: 'asking'; readonly role: string; readonly prompt: string }
  | WaitingCall;

/** Step mode: a role is about to make this call. */
export interface WaitingCall {
  readonly type: 'waiting';
  readonly role: string;
  /** Its name, and the whole of it in one line. */
  readonly call: string;
  readonly text: string;
  /** What it is to send, in base64, where that can be edited; null for other calls, and for more than MOST_EDITED bytes. */
  readonly data: string | null;
}

/** What the user changes of a call before it is made. */
export interface StepEdit {
  /** In base64; null leaves it as it is. */
  readonly data: string | null;
  readonly pauseMs: number | null;
}

/** Bytes of a send that can be edited, before and after: what a line of text can hold. */
export const MOST_EDITED = 8192;

export type FromLab =
  | RoleNews
  | {
      readonly type: 'capturing';
      readonly network: Readonly<Record<string, string | number | boolean | null>>;
      /** What the engine cannot give. */
      readonly caveats: readonly Text[];
    }
  | { readonly type: 'role'; readonly role: string; readonly pid: number }
  | { readonly type: 'exit'; readonly role: string; readonly exit: number | string; readonly isOurs: boolean }
  /** What has changed in the kernel's tables of sockets, which were asked last at `askedNs`. */
  | { readonly type: 'kernel'; readonly samples: readonly KernelSample[]; readonly askedNs: bigint }
  /** Worth saying, though nothing went wrong. */
  | { readonly type: 'note'; readonly text: Text }
  | { readonly type: 'problem'; readonly text: Text }
  | { readonly type: 'failed'; readonly message: string; readonly hint: string; readonly exitCode: number }
  | {
      readonly type: 'done';
      /** null where the engine cannot count. */
      readonly counters: CaptureCounters | null;
      /** What the loss rule dropped after it was captured; `missed` more were dropped and not logged. */
      readonly lost: { readonly packets: readonly LostPacket[]; readonly missed: number };
      /** By how much the kernel's counters grew in the run's own network; null on the machine's. */
      readonly kernel: Readonly<Record<string, number>> | null;
      readonly timedOut: boolean;
      readonly stopped: boolean;
    };
