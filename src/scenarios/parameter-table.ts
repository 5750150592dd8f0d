import type { ParameterValue } from './parameters.ts';
import type { Scenario } from './scenario.ts';

export type ParameterGroup = 'data' | 'sockets' | 'network' | 'run';
/** How the text of a value is read; 'bytes' takes k M G (1000) and Ki Mi Gi (1024), 'rate' k M G bits per second. */
export type ParameterKind =
  | 'int'
  | 'bytes'
  | 'ms'
  | 'percent'
  | 'rate'
  | 'text'
  | 'file'
  | 'choice'
  | 'flag'
  | 'pauses';

/** One parameter as the command line knows it: --name VALUE. */
export interface ParameterSpec {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly group: ParameterGroup;
  /** What stands for the value in help texts: BYTES, MS, TEXT; empty for a flag. */
  readonly unit: string;
  /** Of a number, both included. */
  readonly min: number;
  readonly max: number;
  /** Choices by name, with what each does. */
  readonly choices: Readonly<Record<string, string>>;
  /** null: not set. */
  readonly fallback: ParameterValue;
  readonly help: string;
}

type Extra = Partial<Pick<ParameterSpec, 'min' | 'max' | 'choices' | 'fallback' | 'unit'>>;

const UNITS: Readonly<Record<ParameterKind, string>> = {
  ...{ int: 'N', bytes: 'BYTES', ms: 'MS', percent: 'PERCENT', rate: 'BITS', text: 'TEXT', file: 'PATH' },
  ...{ choice: 'WHICH', flag: '', pauses: 'WHERE=MS' },
};

function of(group: ParameterGroup) {
  return (name: string, kind: ParameterKind, help: string, extra: Extra = {}): ParameterSpec => ({
    ...{ name, kind, group, help, unit: UNITS[kind], min: 0, max: Number.MAX_SAFE_INTEGER, choices: {} },
    fallback: kind === 'flag' ? false : null,
    ...extra,
  });
}

const data = of('data');
const sockets = of('sockets');
const network = of('network');
const run = of('run');

/** The largest length that 4 bytes can say. */
export const MAX_SIZE = 0xffff_ffff;
const BUFFER = { min: 1, max: 1 << 30 };
const WAIT = { min: 1, max: 3_600_000 };

/** Every parameter that any scenario takes, in the order of help texts. */
export const PARAMETERS: readonly ParameterSpec[] = [
  data('message', 'text', 'what the client sends'),
  data('size', 'bytes', 'send this many pseudo-random bytes (see --seed)', { max: MAX_SIZE }),
  data('file', 'file', 'send this file'),
  data('send-mode', 'choice', 'the call that sends', {
    choices: {
      send: 'send, called again by the program for what it did not take',
      sendall: 'sendall, which loops by itself until all is sent',
    },
    fallback: 'sendall',
  }),
  data('chunk', 'bytes', 'bytes given to one send call', { min: 1, max: 1 << 30 }),
  data('recv-buffer', 'bytes', 'bytes asked for by one recv call, on both sides', BUFFER),
  data('client-recv-buffer', 'bytes', 'the same for the client only', BUFFER),
  data('server-recv-buffer', 'bytes', 'the same for the server only', BUFFER),
  data('think', 'ms', 'how long a client waits between connect and its message', { max: 600_000 }),
  data('reliability', 'choice', 'what is done about datagrams that get lost', {
    choices: {
      none: 'nothing: the bytes of the file and no more',
      numbered: 'each datagram carries its number, so that the server knows what is missing',
      'stop-and-wait': 'each datagram is sent again until the server has acknowledged it',
    },
    fallback: 'stop-and-wait',
  }),
  data('recv-sizes', 'text', 'sizes that the server reads with, one connection for each (1,16,1024)', {
    unit: 'SIZES',
  }),
  data('writes', 'int', 'small sends before each reply', { min: 1, max: 64, fallback: 2 }),
  data('rounds', 'int', 'how often the client asks and reads a reply', { min: 1, max: 200, fallback: 1 }),
  data('framing', 'choice', 'how the end of one thing and the beginning of the next is known'),
  data('how', 'choice', 'which way it is done'),
  data('errno', 'choice', 'provoke this errno only', { fallback: 'all', unit: 'NAME' }),
  data('lines', 'text', 'what is typed, by turns, with | between the lines', { unit: 'LINES' }),
  data('requests', 'text', 'what the client asks for, with | between the requests', { unit: 'REQUESTS' }),
  data('path', 'text', 'the resource that is asked for', { unit: 'PATH' }),
  data('body', 'choice', 'how the end of the body is known'),
  data('marker', 'choice', 'how the server sends the end marker of an answer, byte 4', {
    choices: {
      glued: 'in the same send as the output',
      apart: 'in a send of its own, at once',
      late: 'in a send of its own, 100 ms later',
    },
    fallback: 'glued',
  }),
  data('take', 'bytes', 'bytes that the client reads before it stops reading', { min: 1, max: 1 << 30 }),
  data('signal', 'choice', 'the signal that ends the server'),
  data('name', 'text', 'the host name to look up', { unit: 'NAME' }),
  data('work', 'ms', 'how long the server works on each request', { max: 10_000 }),

  sockets('family', 'choice', 'the address family', {
    choices: {
      ipv4: 'AF_INET, 127.0.0.1',
      ipv6: 'AF_INET6, ::1',
      unix: 'AF_UNIX, an abstract name: calls without packets',
    },
    fallback: 'ipv4',
  }),
  sockets('port', 'int', 'the port of the server', { min: 1, max: 65_535, fallback: 3500, unit: 'PORT' }),
  sockets('protocol', 'choice', 'the protocol that carries it', {
    choices: { tcp: 'a connection (SOCK_STREAM)', udp: 'datagrams (SOCK_DGRAM)' },
    fallback: 'tcp',
  }),
  sockets('server', 'choice', 'what the server is', {
    choices: { echo: 'sends everything back', none: 'there is none: nobody listens on the port' },
    fallback: 'echo',
  }),
  sockets('connect', 'flag', 'connect the datagram socket, then send and recv'),
  sockets('clients', 'int', 'clients at the same time', { min: 1, max: 64, fallback: 1 }),
  sockets('receivers', 'int', 'sockets that wait for the datagram', { min: 1, max: 32, fallback: 3 }),
  sockets('serve', 'choice', 'how the server serves its clients', {
    choices: {
      once: 'the first client, then the server ends',
      iterative: 'one client after another',
      thread: 'a thread for each client',
      process: 'a process for each client, which inherits the accepted descriptor',
      poll: 'all clients in one poll loop',
    },
    fallback: 'iterative',
  }),
  sockets('mistake', 'choice', 'a beginner’s error to make', {
    fallback: 'none',
    choices: { none: 'no mistake' },
  }),
  sockets('backlog', 'int', 'the argument of listen', { max: 65_535, fallback: 5 }),
  sockets('accept-after', 'ms', 'how long the server does something else before its first accept', {
    max: 60_000,
  }),
  sockets('stagger', 'ms', 'time between the connects of two clients', { max: 10_000 }),
  sockets('reader-pause', 'ms', 'how long the server does not read', { max: 60_000 }),
  sockets('attempts', 'int', 'how often the client tries', { min: 1, max: 100, fallback: 1 }),
  sockets('allow', 'text', 'the client addresses that the server answers, with commas between', {
    unit: 'ADDRESSES',
  }),
  sockets('blocking', 'flag', 'blocking sockets without a time limit: a send waits until all is copied'),
  sockets('reuseaddr', 'flag', 'SO_REUSEADDR on the listening socket'),
  sockets('first', 'choice', 'whether the first server had set SO_REUSEADDR', { fallback: 'reuseaddr' }),
  sockets('sndbuf', 'bytes', 'SO_SNDBUF on both sides; the kernel grants its own value', BUFFER),
  sockets('rcvbuf', 'bytes', 'SO_RCVBUF on both sides; the kernel grants its own value', BUFFER),
  sockets('client-rcvbuf', 'bytes', 'the same for the client only', BUFFER),
  sockets('server-rcvbuf', 'bytes', 'the same for the server only', BUFFER),
  sockets('nodelay', 'flag', 'TCP_NODELAY: small segments do not wait for an ACK (Nagle off)'),
  sockets('cork', 'flag', 'TCP_CORK at the client until all is sent: only full segments leave'),
  sockets('quickack', 'flag', 'TCP_QUICKACK before each recv: ACKs are not delayed'),
  sockets('syn-retries', 'int', 'TCP_SYNCNT: how often connect sends its SYN again', {
    ...{ min: 1, max: 4 },
  }),
  sockets('linger', 'int', 'SO_LINGER at the client; 0 makes its close a reset', {
    max: 3600,
    unit: 'SECONDS',
  }),
  sockets(
    'allow-any-command',
    'flag',
    'a peer may have any command run, not only those of the fixed list; only in the private network',
  ),
  sockets('timeout', 'ms', 'how long a send or recv may wait', WAIT),
  sockets('congestion', 'text', 'TCP_CONGESTION on both sides: a name that the kernel offers', {
    unit: 'NAME',
  }),

  network('net', 'choice', 'where the run happens', {
    choices: {
      private: 'a network namespace of its own; needs no privileges',
      host: 'the loopback of this machine; needs sudo or CAP_NET_RAW',
    },
    fallback: 'private',
  }),
  network('mtu', 'bytes', 'MTU of the private loopback (there 1500 when not given)', {
    min: 576,
    max: 65_536,
  }),
  network(
    'offload',
    'choice',
    'segmentation by the device in the private network (there off when not given)',
    {
      choices: { on: 'large segments may appear, as on many machines', off: 'every segment fits the MTU' },
    },
  ),
  network('loss', 'percent', 'packets dropped on input in the private network', { max: 99, fallback: 0 }),
  network('rate', 'rate', 'limit of the private loopback (500k, 10M: bits per second)', {
    min: 8000,
    max: 1e11,
  }),
  network('delay', 'ms', 'delay of each packet in the private network, where the kernel has netem', {
    max: 60_000,
  }),
  network('seed', 'int', 'seed of everything that is random in a run', { max: 0xffff_ffff, fallback: 1 }),
  network('filter', 'text', 'capture filter in the language of libpcap (pcap-filter(7))', { unit: 'FILTER' }),
  network('snaplen', 'bytes', 'bytes kept of each packet', { min: 64, max: 262_144, fallback: 262_144 }),
  network('engine', 'choice', 'what captures', {
    choices: {
      libpcap: 'libpcap, called directly',
      cap: 'the npm package cap: no kernel times, no drop counter',
    },
    fallback: 'libpcap',
  }),

  run('role', 'choice', 'which side runs here', {
    choices: { both: 'server and clients', server: 'the server only', client: 'the clients only' },
    fallback: 'both',
  }),
  run('pause', 'pauses', 'wait before or after a call (accept=500, server:recv:after=200); may be repeated'),
  run('step', 'flag', 'each call waits for a key'),
  run(
    'timeout-run',
    'ms',
    'stop the run after this time; 0: never (60000 when both sides run by themselves)',
    {
      max: 86_400_000,
    },
  ),
];

/** A parameter that only one scenario has, for its `own`; it stands among the options of `sockscope run` by --name. */
export function ownParameter(
  name: string,
  kind: ParameterKind,
  help: string,
  extra: Extra & { readonly group?: ParameterGroup } = {},
): ParameterSpec {
  return of(extra.group ?? 'data')(name, kind, help, extra);
}

/** The parameters of the lab, which every scenario takes. */
export const COMMON: readonly string[] = PARAMETERS.filter(
  ({ group, name }) => group === 'network' || (group === 'run' && name !== 'role'),
).map(({ name }) => name);

const BY_NAME: ReadonlyMap<string, ParameterSpec> = new Map(PARAMETERS.map((spec) => [spec.name, spec]));

/** The parameters of one scenario in the table's order, with its own defaults, limits and choices. */
export function parametersOf(scenario: Scenario): readonly ParameterSpec[] {
  for (const name of scenario.parameters) {
    if (!BY_NAME.has(name))
      throw new Error(`scenario ${scenario.id} lists the parameter ${name}, which is not in the table`);
  }
  const known = PARAMETERS.filter(({ name }) => scenario.parameters.includes(name) || COMMON.includes(name));
  return [...(scenario.own ?? []), ...known].map((spec) => ({
    ...spec,
    ...scenario.narrow?.[spec.name],
    fallback: scenario.defaults[spec.name] ?? spec.fallback,
  }));
}
