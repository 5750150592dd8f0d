/** The role of whoever sits before the screen, in the record of what was called: the signals that were sent from there. */
export const USER = 'user';

/**
 * The signals that a user can send to a role, with what they do to one that has no handler for them (signal(7)). Roles ignore
 * SIGPIPE, as a program must that wants to see EPIPE. SIGQUIT and its like, which leave a core file, are left out.
 */
export const SIGNALS = {
  SIGTERM: 'ends',
  SIGINT: 'ends',
  SIGHUP: 'ends',
  SIGUSR1: 'ends',
  SIGUSR2: 'ends',
  SIGALRM: 'ends',
  SIGKILL: 'ends',
  SIGSTOP: 'stops',
  SIGCONT: 'continues',
  SIGCHLD: 'ignored',
  SIGPIPE: 'ignored',
} as const;
export type SignalName = keyof typeof SIGNALS;

/** Whether the end of a process, as a run records it, is a signal: 'SIGSEGV', and neither an exit code nor what spawn says. */
export function isSignal(exit: number | string | null): exit is string {
  return typeof exit === 'string' && /^SIG[A-Z0-9]+$/.test(exit);
}

/** The signal that was typed, as kill(1) takes them: 'USR1', 'sigusr1', ' Term '; null for any other word. */
export function signalNamed(typed: string): SignalName | null {
  const bare = typed.trim().toUpperCase().replace(/^-/, '');
  const name = bare.startsWith('SIG') ? bare : `SIG${bare}`;
  return Object.hasOwn(SIGNALS, name) ? (name as SignalName) : null;
}

/** 'TERM INT HUP …', for whoever asks what there is. */
export const SIGNAL_LIST: string = Object.keys(SIGNALS)
  .map((name) => name.slice('SIG'.length))
  .join(' ');
