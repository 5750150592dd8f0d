import type { Socket } from '../sockets/types.ts';
import type { Text } from '../words/text.ts';
import type { Check } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { ParameterSpec } from './parameter-table.ts';
import type { Parameters } from './parameters.ts';
import type { Question } from './quiz.ts';

/** What the lab gives to a role while it runs. */
export interface RoleContext {
  /** 'server', 'client', 'client 2'. */
  readonly name: string;
  /** 0 for the first of its kind. */
  readonly index: number;
  /** The socket that a forked child or a thread starts with; null for the roles of the plan. */
  readonly inherited: Socket | null;
  /** What the role found out, shown at the end of the run and saved in the session: bytes, sha256… */
  report(key: string, value: string | number | boolean): void;
  /** Tells the user how far a transfer is; cheap, called as often as convenient. */
  progress(done: number, total: number): void;
  /** Prints a line of the program's own output, as its user would see it. */
  print(line: string): void;
  /**
   * Whether somebody types: at the full screen, or lines from standard input. false with --no-input, where standard input
   * is no terminal, pipe or file, and once it has ended before its first line. `ask` then gives null, and the role goes on
   * with the lines of its own: `const line = role.ask('you') ?? (role.interactive ? null : script.shift() ?? null)`.
   */
  readonly interactive: boolean;
  /**
   * Asks the user for a line and blocks until it is typed, as fgets(3) does; the other roles go on. Gives the line without
   * its newline, '' for an empty one, null at the end of the input (Ctrl-D), and null ever after. Lines are at most
   * 4096 characters long. Every typed line is kept in the session: the role reports it as 'typed 1', 'typed 2'…
   */
  ask(prompt: string): string | null;
  /** kill(2) for another role of the plan, by its name; nothing happens when it is gone or does not run here. */
  signal(to: string, signal: RoleSignal): void;
  /**
   * Ends the run with exit code 3, because this machine or user cannot do what the exercise is about: what is missing, and
   * what to do about it.
   */
  cannot(message: string, hint: string): never;
  /** Starts another role function of this scenario as a process or thread that inherits `socket`, as fork(2) would. */
  fork(entry: string, socket: Socket): void;
  thread(entry: string, socket: Socket): void;
}

/** What one role may tell another. */
export type RoleSignal = 'SIGUSR1' | 'SIGUSR2' | 'SIGTERM';

export type RoleFunction = (parameters: Parameters, role: RoleContext) => void | Promise<void>;

/** One process of a run. */
export interface RolePlan {
  readonly name: string;
  readonly side: 'client' | 'server';
  readonly index: number;
  /** The exported RoleFunction of the scenario's module that this process runs. */
  readonly entry: string;
  /** Clients start their first call once the server has: 'listen' or 'bind' returned. null: at once. */
  readonly ready: 'listen' | 'bind' | null;
}

/** What the roles left behind, for `judge`. */
export interface Outcome {
  readonly reports: ReadonlyMap<string, Readonly<Record<string, string | number | boolean>>>;
  readonly exits: ReadonlyMap<string, number | string>;
}

/** A way to run a scenario that is worth seeing. */
export interface Variant {
  /** As typed after `sockscope run ID`: '--serve thread --clients 3'. Blanks part; a value holds none. */
  readonly options: string;
  /** What is to be seen then, one sentence. */
  readonly shows: Text;
}

export type Narrow = Partial<Pick<ParameterSpec, 'min' | 'max' | 'choices' | 'help'>>;

/** One command for ip(8) or nft(8), run inside the private network with all rights over it. */
export interface NetworkCommand {
  readonly tool: 'ip' | 'nft';
  readonly args: readonly string[];
}

/** One exercise: a file of its own in src/scenarios, with its roles as exported functions of plain blocking code. */
export interface Scenario {
  readonly id: string;
  /** One line: what runs. */
  readonly title: Text;
  /** What it teaches, one or two sentences. */
  readonly teaches: Text;
  /**
   * What to look for in the ladder: those checks that mean something for these parameters. Every run is held against
   * them, whatever its parameters, also one with --role server or --loss 30.
   */
  lookFor(parameters: Parameters): readonly Check[];
  /** Runs worth trying: three or more that show something else than the defaults. */
  readonly variants: readonly Variant[];
  /**
   * Its server alone (--role server) serves until the user ends the run, unless --clients is given: it loops as long as
   * `clientsToServe` says. The scenario has the parameter `clients`.
   */
  readonly servesUntilEnded?: true;
  readonly protocol: 'tcp' | 'udp' | 'both' | 'unix' | 'icmp';
  /** The names of the parameters that mean something here (of the table in parameters.ts); any other is refused by name. */
  readonly parameters: readonly string[];
  /** Parameters that no other scenario has; made with `ownParameter`. */
  readonly own?: readonly ParameterSpec[];
  /** Defaults that differ from the table's. */
  readonly defaults: Readonly<Record<string, string | number | boolean>>;
  /** By parameter: limits and choices (name → what it does) that differ from the table's. */
  readonly narrow?: Readonly<Record<string, Narrow>>;
  /** Refuses combinations that make no sense by throwing a UserError with exit code 2. */
  validate?(parameters: Parameters): void;
  /** What is done to the private network before the run; a scenario that needs it cannot run with --net host. */
  network?(parameters: Parameters): readonly NetworkCommand[];
  roles(parameters: Parameters): readonly RolePlan[];
  /** For --quiz: questions of its own, asked before those that fit any run. `question` of quiz.ts makes them. */
  questions?(run: Evidence): readonly Question[];
  /** Whether it went as told: one sentence for each thing that did not. */
  judge(parameters: Parameters, outcome: Outcome): readonly Text[];
}
