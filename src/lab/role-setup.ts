import type { Pause } from '../scenarios/pauses.ts';
import type { Handoff } from '../sockets/socket.ts';
import type { Language } from '../words/language.ts';
import type { Recording } from './protocol.ts';

/** What a role process (or a thread, or a child that a role forks) is told at its start, as JSON in its environment. */
export interface RoleSetup {
  /** Its id, or the absolute path of a user's own file. */
  readonly scenario: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | null>>;
  readonly role: string;
  readonly index: number;
  readonly entry: string;
  /** Process id of the lab (or of the role that forked this one), in this pid namespace. */
  readonly parent: number;
  readonly recording: Recording;
  readonly pauses: readonly Pause[];
  readonly step: boolean;
  readonly interactive: boolean;
  readonly language: Language;
  /** The socket that a forked child or a thread starts with. */
  readonly inherited: Handoff | null;
}

export const SETUP_VARIABLE = 'SOCKSCOPE_ROLE';
