import { existsSync, readFileSync } from 'node:fs';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import { IPPROTO_TCP, SOCK_STREAM, TCP_SYNCNT } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain } from './address.ts';
import { must, opened } from './must.ts';
import { given } from './tune.ts';

/** The ways in which nobody answers a SYN: by itself connect would go on for two minutes (tcp_syn_retries). */
const UNANSWERED = ['drop', 'silence'];

/** What TCP_SYNCNT is set to; null where it is left as it is. */
export function synRetries(parameters: Parameters): number | null {
  if (!UNANSWERED.includes(parameters.text('how'))) return null;
  return given(parameters, 'syn-retries') ?? 1;
}

const LINEAR = '/proc/sys/net/ipv4/tcp_syn_linear_timeouts';
/** The first wait for an answer to a SYN, RFC 6298 section 2.1. */
const FIRST_WAIT_MS = 1000;

/**
 * How long connect goes on when nobody answers, in ms. Each wait is twice the last, and TCP_SYNCNT stands for the time that so
 * many take (tcp(7)); but the first waits stay a second long until `linear` seconds are over (Linux 6.5), and the last is not cut.
 */
export function unansweredMs(retries: number, linear = linearTimeouts()): number {
  const enough = FIRST_WAIT_MS * (2 ** (retries + 1) - 1);
  let over = 0;
  for (let wait = FIRST_WAIT_MS; over < enough; wait *= over > linear * FIRST_WAIT_MS ? 2 : 1) over += wait;
  return over;
}

/** 0 on kernels that do not know it. */
function linearTimeouts(): number {
  return existsSync(LINEAR) ? Number(readFileSync(LINEAR, 'latin1')) : 0;
}

/** Throws a UserError (exit 2) for --syn-retries where no SYN is repeated for want of an answer. */
export function validateRetries(parameters: Parameters): void {
  const how = parameters.text('how');
  if (UNANSWERED.includes(how) || given(parameters, 'syn-retries') === null) return;
  throw new UserError(
    `--syn-retries does not go with --how ${how}: there nobody waits for an answer to a SYN`,
    {
      hint: 'leave --syn-retries out, or choose a way in which the SYN is not answered',
      exitCode: EXIT.usage,
    },
  );
}

/** connect with --syn-retries: says what became of it and how long it took. */
export function attempt(address: Address, parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  const retries = synRetries(parameters);
  if (retries !== null) must(role, 'setsockopt TCP_SYNCNT', s.setsockopt(IPPROTO_TCP, TCP_SYNCNT, retries));
  const start = performance.now();
  const result = s.connect(address);
  const ms = Math.round(performance.now() - start);
  s.close();
  role.report('connect', result.ok ? '0' : result.errno);
  role.report('connect took (ms)', ms);
  role.print(`connect: ${result.ok ? '0' : result.errno} after ${ms} ms`);
}
