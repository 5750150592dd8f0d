import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome } from '../scenario.ts';

/** One beginner's error of the echo exercise: what runs, what it says, and how it is known that it happened. */
export interface Mistake {
  /** What goes wrong, which call shows it, and the mended run. */
  readonly text: string;
  readonly server: string;
  readonly client: string;
  readonly ready: 'listen' | 'bind';
  /** What server and client have to report for the mistake to have been seen. */
  readonly serverReports: Expected;
  readonly clientReports: Expected;
}

type Expected = Readonly<Record<string, string | number | boolean>>;

const MENDED = 'mended: `sockscope run tcp-echo`';

export const MISTAKES: Readonly<Record<string, Mistake>> = {
  'no-eof-check': {
    text: `the server does not look whether recv returned 0: the end of the stream, which recv then returns again at once, for ever (here 10 times); ${MENDED}`,
    server: 'uncheckedServer',
    client: 'client',
    ready: 'listen',
    serverReports: { 'recv returned 0': 10 },
    clientReports: { 'echo is the same': true },
  },
  'send-on-listener': {
    text: `the server sends on the listening socket instead of the one that accept returned: send fails with EPIPE, nothing leaves, and the client reads the end of the stream instead of its echo; ${MENDED}`,
    server: 'wrongSocketServer',
    client: 'client',
    ready: 'listen',
    serverReports: { 'send on the listening socket': 'EPIPE' },
    clientReports: { 'bytes echoed': 0 },
  },
  'one-recv': {
    text: 'one recv(n) is taken for n bytes, though it returns what is there: the client sends its message in two parts, the server echoes the first and thinks that it was all; mended, recv in a loop: `sockscope run tcp-echo --chunk 2`',
    server: 'oneRecvServer',
    client: 'twoSendsClient',
    ready: 'listen',
    serverReports: {},
    clientReports: {},
  },
  'reply-first': {
    text: `the client expects the reply before it has sent anything: both sides wait in recv, until --timeout (1000 ms when not given) ends the client’s wait with EAGAIN; then it sends, and all is well; ${MENDED}`,
    server: 'patientServer',
    client: 'replyFirstClient',
    ready: 'listen',
    serverReports: { 'clients served': 1 },
    clientReports: { 'recv waited in vain': 'EAGAIN', 'echo is the same': true },
  },
  'both-wait': {
    text: `the client reads until the server ends, and the server until the client ends: each waits in recv for a FIN that nobody sends, until --timeout (1000 ms when not given) ends the client’s wait with EAGAIN; ${MENDED}`,
    server: 'patientServer',
    client: 'bothWaitClient',
    ready: 'listen',
    serverReports: { 'clients served': 1 },
    clientReports: { 'recv waited in vain': 'EAGAIN', 'echo is the same': true },
  },
  'no-listen': {
    text: `the server forgets listen: accept fails with EINVAL, and the client’s SYN is answered by a reset, which connect reports as ECONNREFUSED; ${MENDED}`,
    server: 'notListeningServer',
    client: 'refusedClient',
    ready: 'bind',
    serverReports: { accept: 'EINVAL' },
    clientReports: { connect: 'ECONNREFUSED' },
  },
};

/** The mistake that the parameters name, or null. */
export function mistakeOf(parameters: Parameters): Mistake | null {
  return MISTAKES[parameters.text('mistake')] ?? null;
}

/** Throws a UserError (exit code 2) for what a mistake cannot be combined with. */
export function validateMistake(parameters: Parameters, messageLength: number): void {
  const refuse = (what: string, why: string) => {
    const hint = `leave out ${what}, or --mistake`;
    throw new UserError(`--mistake and ${what} do not go together: ${why}`, { hint, exitCode: EXIT.usage });
  };
  if (parameters.number('clients') > 1) refuse('--clients', 'a mistake is shown with one client');
  if (parameters.text('serve') !== 'iterative') refuse('--serve', 'the server that errs is its own model');
  if (parameters.text('family') === 'unix') refuse('--family unix', 'its errors are those of TCP');
  if (parameters.optionalNumber('linger') === 0) refuse('--linger 0', 'the reset would hide the mistake');
  if (messageLength < 2) refuse('so short a message', 'it takes two bytes to be cut in two');
  const room = parameters.optionalNumber('server-recv-buffer') ?? parameters.number('recv-buffer');
  if (messageLength > room) refuse('so long a message', `one recv of the server takes ${room} bytes`);
}

/** One sentence for each thing that the mistake should have shown and did not; only sides that ran here are asked. */
export function judgeMistake(mistake: Mistake, outcome: Outcome): readonly string[] {
  const problems: string[] = [];
  const sides = { server: mistake.serverReports, client: mistake.clientReports };
  for (const [role, expected] of Object.entries(sides)) {
    if (!outcome.exits.has(role)) continue;
    for (const [key, value] of Object.entries(expected)) {
      const got = outcome.reports.get(role)?.[key];
      if (got !== value) problems.push(`${role}: ${key} should be ${value}, and was ${got ?? 'not reached'}`);
    }
  }
  const server = outcome.reports.get('server') ?? {};
  if (server.wanted !== undefined && Number(server['one recv returned']) >= Number(server.wanted)) {
    problems.push('the one recv returned the whole message: both parts had come before it');
  }
  return problems;
}
