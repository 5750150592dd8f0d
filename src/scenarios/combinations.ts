import { EXIT, UserError } from '../../capture/user-error.ts';
import type { Parameters } from './parameters.ts';

type Given = Readonly<Record<string, unknown>>;

/** Why parameters cannot go together, or with what the scenario is; each rule names those it looks at, and fires when all of them were given. */
interface Rule {
  readonly given: readonly string[];
  readonly when?: (parameters: Parameters) => boolean;
  readonly why: string;
  readonly hint: string;
}

const PRIVATE_ONLY = ['mtu', 'offload', 'loss', 'rate', 'delay'];
const NOT_UNIX = ['port', 'nodelay', 'cork', 'quickack', 'congestion', ...PRIVATE_ONLY];

const RULES: readonly Rule[] = [
  ...PRIVATE_ONLY.map((name) => ({
    given: ['net', name],
    when: (parameters: Parameters) => parameters.text('net') === 'host',
    why: `--${name} would change the loopback that everything on this machine uses`,
    hint: 'leave out --net host: the private network is there to be changed',
  })),
  ...NOT_UNIX.map((name) => ({
    given: ['family', name],
    when: (parameters: Parameters) => parameters.text('family') === 'unix',
    why: `--${name} means nothing to UNIX sockets: they never touch the network`,
    hint: `leave out --${name}, or choose --family ipv4 or ipv6`,
  })),
  // A scenario whose only family is that of UNIX sockets need not be given it.
  ...PRIVATE_ONLY.map((name) => ({
    given: [name],
    when: (parameters: Parameters) => parameters.all().family === 'unix',
    why: 'UNIX sockets never touch the network, so there is no link to change',
    hint: `leave out --${name}; over TCP and UDP there are tcp-echo and udp-echo`,
  })),
  {
    given: ['family', 'mtu'],
    when: (parameters) => parameters.text('family') === 'ipv6' && parameters.number('mtu') < 1280,
    why: 'IPv6 needs an MTU of at least 1280 bytes (RFC 8200 section 5)',
    hint: 'give --mtu 1280 or more, or --family ipv4',
  },
  {
    given: ['clients'],
    when: (parameters) => parameters.number('clients') === 0 && parameters.all().role !== 'server',
    why: '0 is for a server that waits for other programs, until you end it',
    hint: 'give --role server too, or a number of clients',
  },
  {
    given: ['net', 'allow-any-command'],
    when: (parameters) => parameters.text('net') === 'host',
    why: 'on the machine’s own network anybody who can reach the port could run anything',
    hint: 'leave out --net host: the private network is cut off from everything else',
  },
  {
    given: ['message', 'size'],
    why: '--message and --size both say what is sent',
    hint: 'give one of them',
  },
  {
    given: ['file', 'size'],
    why: '--file and --size both say what is sent',
    hint: 'give one of them',
  },
];

/** Throws a UserError (exit code 2) with the reason when parameters were given that cannot work together. */
export function refuseCombinations(parameters: Parameters, given: Given): void {
  for (const rule of RULES) {
    if (rule.given.some((name) => given[name] === undefined)) continue;
    if (rule.when !== undefined && !rule.when(parameters)) continue;
    const names = rule.given.map((name) => `--${name}`).join(' and ');
    const verb = rule.given.length === 1 ? 'means nothing here' : 'do not go together';
    throw new UserError(`${names} ${verb}: ${rule.why}`, {
      hint: rule.hint,
      exitCode: EXIT.usage,
    });
  }
}
