import * as ca from '../words/ca/parameters.ts';
import * as en from '../words/en/parameters.ts';
import * as es from '../words/es/parameters.ts';
import type { Text } from '../words/text.ts';
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
  readonly choices: Readonly<Record<string, Text>>;
  /** null: not set. */
  readonly fallback: ParameterValue;
  readonly help: Text;
}

type Extra = Partial<Pick<ParameterSpec, 'min' | 'max' | 'choices' | 'fallback' | 'unit'>>;

const UNITS: Readonly<Record<ParameterKind, string>> = {
  ...{ int: 'N', bytes: 'BYTES', ms: 'MS', percent: 'PERCENT', rate: 'BITS', text: 'TEXT', file: 'PATH' },
  ...{ choice: 'WHICH', flag: '', pauses: 'WHERE=MS' },
};

function of(group: ParameterGroup) {
  return (name: string, kind: ParameterKind, help: Text, extra: Extra = {}): ParameterSpec => ({
    ...{ name, kind, group, help, unit: UNITS[kind], min: 0, max: Number.MAX_SAFE_INTEGER, choices: {} },
    fallback: kind === 'flag' ? false : null,
    ...extra,
  });
}

/** A parameter of the table: what it does is told in src/words, by its name. */
function known(group: ParameterGroup) {
  return (name: keyof typeof en.parameters.help, kind: ParameterKind, extra: Extra = {}): ParameterSpec =>
    of(group)(
      name,
      kind,
      { en: en.parameters.help[name], es: es.parameters.help[name], ca: ca.parameters.help[name] },
      extra,
    );
}

const data = known('data');
const sockets = known('sockets');
const network = known('network');
const run = known('run');

/** The choices of a parameter of the table, with what each does. */
function choicesOf(name: keyof typeof en.parameters.choices): Readonly<Record<string, Text>> {
  const texts = (table: typeof en.parameters): Readonly<Record<string, string>> => table.choices[name];
  const [english, spanish, catalan] = [texts(en.parameters), texts(es.parameters), texts(ca.parameters)];
  return Object.fromEntries(
    Object.entries(english).map(([choice, text]): [string, Text] => [
      choice,
      { en: text, es: spanish[choice] ?? text, ca: catalan[choice] ?? text },
    ]),
  );
}

/** The largest length that 4 bytes can say. */
export const MAX_SIZE = 0xffff_ffff;
const BUFFER = { min: 1, max: 1 << 30 };
const WAIT = { min: 1, max: 3_600_000 };

/** Every parameter that any scenario takes, in the order of help texts. */
export const PARAMETERS: readonly ParameterSpec[] = [
  data('message', 'text'),
  data('size', 'bytes', { max: MAX_SIZE }),
  data('file', 'file'),
  data('send-mode', 'choice', {
    choices: choicesOf('send-mode'),
    fallback: 'sendall',
  }),
  data('chunk', 'bytes', { min: 1, max: 1 << 30 }),
  data('recv-buffer', 'bytes', BUFFER),
  data('client-recv-buffer', 'bytes', BUFFER),
  data('server-recv-buffer', 'bytes', BUFFER),
  data('think', 'ms', { max: 600_000 }),
  data('reliability', 'choice', {
    choices: choicesOf('reliability'),
    fallback: 'stop-and-wait',
  }),
  data('recv-sizes', 'text', {
    unit: 'SIZES',
  }),
  data('writes', 'int', { min: 1, max: 64, fallback: 2 }),
  data('rounds', 'int', { min: 1, max: 200, fallback: 1 }),
  data('framing', 'choice'),
  data('how', 'choice'),
  data('errno', 'choice', { fallback: 'all', unit: 'NAME' }),
  data('lines', 'text', { unit: 'LINES' }),
  data('requests', 'text', { unit: 'REQUESTS' }),
  data('path', 'text', { unit: 'PATH' }),
  data('body', 'choice'),
  data('marker', 'choice', {
    choices: choicesOf('marker'),
    fallback: 'glued',
  }),
  data('take', 'bytes', { min: 1, max: 1 << 30 }),
  data('signal', 'choice'),
  data('name', 'text', { unit: 'NAME' }),
  data('work', 'ms', { max: 10_000 }),

  sockets('family', 'choice', {
    choices: choicesOf('family'),
    fallback: 'ipv4',
  }),
  sockets('port', 'int', { min: 1, max: 65_535, fallback: 3500, unit: 'PORT' }),
  sockets('protocol', 'choice', {
    choices: choicesOf('protocol'),
    fallback: 'tcp',
  }),
  sockets('server', 'choice', {
    choices: choicesOf('server'),
    fallback: 'echo',
  }),
  sockets('connect', 'flag'),
  sockets('clients', 'int', { min: 1, max: 64, fallback: 1 }),
  sockets('receivers', 'int', { min: 1, max: 32, fallback: 3 }),
  sockets('serve', 'choice', {
    choices: choicesOf('serve'),
    fallback: 'iterative',
  }),
  sockets('mistake', 'choice', {
    fallback: 'none',
    choices: choicesOf('mistake'),
  }),
  sockets('backlog', 'int', { max: 65_535, fallback: 5 }),
  sockets('accept-after', 'ms', {
    max: 60_000,
  }),
  sockets('stagger', 'ms', { max: 10_000 }),
  sockets('reader-pause', 'ms', { max: 60_000 }),
  sockets('attempts', 'int', { min: 1, max: 100, fallback: 1 }),
  sockets('allow', 'text', {
    unit: 'ADDRESSES',
  }),
  sockets('blocking', 'flag'),
  sockets('reuseaddr', 'flag'),
  sockets('first', 'choice', { fallback: 'reuseaddr' }),
  sockets('sndbuf', 'bytes', BUFFER),
  sockets('rcvbuf', 'bytes', BUFFER),
  sockets('client-rcvbuf', 'bytes', BUFFER),
  sockets('server-rcvbuf', 'bytes', BUFFER),
  sockets('nodelay', 'flag'),
  sockets('cork', 'flag'),
  sockets('quickack', 'flag'),
  sockets('syn-retries', 'int', {
    ...{ min: 1, max: 4 },
  }),
  sockets('linger', 'int', {
    max: 3600,
    unit: 'SECONDS',
  }),
  sockets('allow-any-command', 'flag'),
  sockets('timeout', 'ms', WAIT),
  sockets('congestion', 'text', {
    unit: 'NAME',
  }),

  network('net', 'choice', {
    choices: choicesOf('net'),
    fallback: 'private',
  }),
  network('mtu', 'bytes', {
    min: 576,
    max: 65_536,
  }),
  network('offload', 'choice', {
    choices: choicesOf('offload'),
  }),
  network('loss', 'percent', { max: 99, fallback: 0 }),
  network('rate', 'rate', {
    min: 8000,
    max: 1e11,
  }),
  network('delay', 'ms', {
    max: 60_000,
  }),
  network('seed', 'int', { max: 0xffff_ffff, fallback: 1 }),
  network('filter', 'text', { unit: 'FILTER' }),
  network('snaplen', 'bytes', { min: 64, max: 262_144, fallback: 262_144 }),
  network('engine', 'choice', {
    choices: choicesOf('engine'),
    fallback: 'libpcap',
  }),

  run('role', 'choice', {
    choices: choicesOf('role'),
    fallback: 'both',
  }),
  run('pause', 'pauses'),
  run('step', 'flag'),
  run('timeout-run', 'ms', {
    max: 86_400_000,
  }),
];

/** A parameter that only one scenario has, for its `own`; it stands among the options of `sockscope run` by --name. */
export function ownParameter(
  name: string,
  kind: ParameterKind,
  help: Text,
  extra: Extra & { readonly group?: ParameterGroup } = {},
): ParameterSpec {
  return of(extra.group ?? 'data')(name, kind, help, extra);
}

/** The parameters of the lab, which every scenario takes. */
export const COMMON: readonly string[] = PARAMETERS.filter(
  ({ group, name }) => group === 'network' || (group === 'run' && name !== 'role'),
).map(({ name }) => name);

const BY_NAME: ReadonlyMap<string, ParameterSpec> = new Map(PARAMETERS.map((spec) => [spec.name, spec]));

/** --clients of a server that serves as many as come; it is the default of a server alone. */
const UNTIL_ENDED = {
  min: 0,
  help: {
    en: en.parameters.clientsOrNone,
    es: es.parameters.clientsOrNone,
    ca: ca.parameters.clientsOrNone,
  },
};

/** The parameters of one scenario in the table's order, with its own defaults, limits and choices. */
export function parametersOf(scenario: Scenario): readonly ParameterSpec[] {
  for (const name of scenario.parameters) {
    if (!BY_NAME.has(name))
      throw new Error(
        `scenario ${scenario.id} lists the parameter ${name}, which sockscope does not have; it has ${PARAMETERS.map((spec) => spec.name).join(', ')}. One of its own is made with ownParameter and stands in own`,
      );
  }
  const known = PARAMETERS.filter(({ name }) => scenario.parameters.includes(name) || COMMON.includes(name));
  return [...(scenario.own ?? []), ...known].map((spec) => ({
    ...spec,
    ...scenario.narrow?.[spec.name],
    ...(spec.name === 'clients' && scenario.servesUntilEnded === true && UNTIL_ENDED),
    fallback: scenario.defaults[spec.name] ?? spec.fallback,
  }));
}
