import { EXIT, UserError } from '../user-error.ts';
import { MAX_SNAPLEN, MIN_SNAPLEN } from './engine.ts';

const DOCTOR = '`sockscope doctor` says what is missing';

/** What a run may do that may not capture on the machine's interfaces. */
const IN_PRIVATE = `use the private network (--net private), or sudo; ${DOCTOR}`;

/** The same error with advice for who captures what others do: they are on the machine's interfaces only. */
export function withLiveAdvice(error: unknown): unknown {
  if (!(error instanceof UserError) || error.hint !== IN_PRIVATE) return error;
  const hint = `use sudo, or a process with CAP_NET_RAW; ${DOCTOR}`;
  return new UserError(error.message, { hint, exitCode: error.exitCode });
}

/** Why a capture could not be opened, for engines that learn it in different ways. */
export function cannotCapture(
  device: string,
  why: 'permission' | 'missing' | 'down' | 'other',
  said = '',
): UserError {
  const [reason, hint] = {
    permission: ['not permitted', IN_PRIVATE],
    missing: ['there is no such interface', '`ip link` lists the interfaces'],
    down: ['the interface is down', `bring it up: sudo ip link set ${device} up`],
    other: [said || 'the capture library gave no reason', DOCTOR],
  }[why] as [string, string];
  return new UserError(`cannot capture on ${device}: ${reason}`, { hint, exitCode: EXIT.cannotCapture });
}

/** What libpcap said of a filter, as an error of usage. */
export function filterError(filter: string, said: string): UserError {
  return new UserError(`capture filter "${filter}": ${said}`, {
    hint: 'the language is tcpdump\'s (man pcap-filter), for example -f "tcp port 3500"',
    exitCode: EXIT.usage,
  });
}

/** Throws a UserError unless the snaplen is one that an engine takes. */
export function checkSnaplen(snaplen: number): void {
  if (Number.isInteger(snaplen) && snaplen >= MIN_SNAPLEN && snaplen <= MAX_SNAPLEN) return;
  throw new UserError(`snaplen ${snaplen} is out of range`, {
    hint: `choose ${MIN_SNAPLEN} to ${MAX_SNAPLEN} bytes`,
    exitCode: EXIT.usage,
  });
}

/** The file that the packets go to cannot grow. */
export function cannotKeep(): UserError {
  return new UserError('cannot keep the captured packets: the temporary directory is full or not writable', {
    hint: 'make room there, or set TMPDIR to a directory with more; what was captured before is kept',
    exitCode: EXIT.failed,
  });
}
