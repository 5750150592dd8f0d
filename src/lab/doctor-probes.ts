import { accessSync, constants, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { EngineName } from '../../capture/live/engine.ts';
import { loadEngine } from '../../capture/live/load-engine.ts';
import { UserError } from '../../capture/user-error.ts';
import { withSbin } from './conditions/command.ts';
import { type NetworkAnswers, tryPrivateNetwork } from './private-network-trial.ts';

/** One line of `sockscope doctor`. */
export interface Probe {
  readonly name: string;
  /** 'partly': something works less well, or only an option is missing. */
  readonly ok: 'yes' | 'no' | 'partly';
  readonly found: string;
  /** What to do about it; null when nothing is wrong. */
  readonly mend: string | null;
}

/** What a terminal probe asks; process.stdout answers it. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  getColorDepth?(): number;
}

const MIN_NODE = 20;

/** Tries everything that a run may need, in the order in which it is needed. Makes and leaves one private network. */
export async function probeAll(): Promise<readonly Probe[]> {
  const network = tryPrivateNetwork();
  return [
    probeNode(process.versions.node),
    await probeKoffi(),
    await probeEngine('libpcap'),
    await probeEngine('cap'),
    probeNamespaces(network),
    probePrivileges(process.geteuid?.() ?? -1, effectiveCapabilities(), onPath('sudo')),
    ...probeConditions(network),
    probeTemporary(tmpdir()),
    probeTerminal(process.stdout, process.env),
  ];
}

/** Node's version. */
export function probeNode(version: string): Probe {
  const major = Number(version.split('.')[0]);
  return major >= MIN_NODE
    ? yes('node', version)
    : no('node', version, `sockscope needs Node ${MIN_NODE} or newer`);
}

async function probeKoffi(): Promise<Probe> {
  try {
    const { default: koffi } = await import('koffi');
    const getpid: () => number = koffi.load(null).func('int getpid()');
    return getpid() === process.pid
      ? yes('koffi', koffi.version)
      : no('koffi', 'calls go wrong', 'run npm install again');
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return no(
      'koffi',
      said,
      'run npm install again; koffi has binaries for Linux x64 and arm64, glibc and musl',
    );
  }
}

async function probeEngine(name: EngineName): Promise<Probe> {
  try {
    return yes(name === 'cap' ? 'engine cap' : 'libpcap', (await loadEngine(name)).version);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (name === 'libpcap') return no('libpcap', error.message, error.hint);
    return partly('engine cap', 'not there; only --engine cap needs it', error.hint);
  }
}

/** Whether an ordinary user can have a private network, and if not, why. */
export function probeNamespaces(network: NetworkAnswers): Probe {
  const name = 'private network';
  if (network.failure === null) {
    return yes(
      name,
      network.withUser ? 'without privileges (user namespace)' : 'as root, no user namespace needed',
    );
  }
  return no(name, network.failure.message, network.failure.hint);
}

// <linux/capability.h>
const CAP_NET_RAW = 13n;

/** Whether --net host may capture. `capabilities` is CapEff of /proc/self/status. */
export function probePrivileges(euid: number, capabilities: bigint, sudo: boolean): Probe {
  const name = 'privileges';
  const raw = ((capabilities >> CAP_NET_RAW) & 1n) === 1n;
  if (raw) return yes(name, euid === 0 ? 'root' : 'CAP_NET_RAW');
  if (euid === 0)
    return partly(
      name,
      'root without CAP_NET_RAW',
      'start the container with --cap-add NET_RAW to use --net host',
    );
  return partly(
    name,
    'none; only --net host needs them',
    sudo ? 'for --net host: sudo sockscope run …' : 'for --net host become root: there is no sudo here',
  );
}

function probeConditions(network: NetworkAnswers): readonly Probe[] {
  const tried = (name: string, ok: boolean | null, option: string, mend: string): Probe => {
    if (ok === null) return partly(name, 'not tried: it needs a private network', null);
    return ok ? yes(name, `works (${option})`) : partly(name, `missing; only ${option} needs it`, mend);
  };
  const { nft, nflog, tc, tbf, netem } = network.answers;
  return [
    tried(
      'nft',
      nft,
      '--loss',
      onPath('nft') ? 'the kernel refuses: sudo modprobe nf_tables' : 'sudo apt-get install nftables',
    ),
    tried('nflog', nflog, 'to mark lost packets', 'sudo modprobe nfnetlink_log'),
    tried('tc', tc, '--rate and --delay', 'sudo apt-get install iproute2'),
    tried('tbf', tbf, '--rate', 'sudo modprobe sch_tbf'),
    tried(
      'netem',
      netem,
      '--delay',
      'sudo modprobe sch_netem; cloud kernels leave it out (Debian: linux-image-amd64)',
    ),
  ];
}

/** Runs keep packets and calls in unnamed files there. */
export function probeTemporary(directory: string): Probe {
  const name = 'temporary files';
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(directory);
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    if (free >= 64) return yes(name, `${directory}, ${free} MB free`);
    return partly(name, `${directory}, only ${free} MB free`, 'set TMPDIR to a directory with room');
  } catch {
    return no(name, `${directory} is not writable`, 'set TMPDIR to a directory that you may write to');
  }
}

const MIN_COLUMNS = 80;
const MIN_ROWS = 24;

/** What the terminal can show. */
export function probeTerminal(terminal: Terminal, env: NodeJS.ProcessEnv): Probe {
  const name = 'terminal';
  if (!terminal.isTTY)
    return partly(
      name,
      'output goes to no terminal',
      'only the full-screen view needs one; --text and --json do not',
    );
  const utf8 = /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
  const { columns = 0, rows = 0 } = terminal;
  const colours = env.NO_COLOR ? 0 : 2 ** (terminal.getColorDepth?.() ?? 1);
  const found = `${env.TERM ?? 'TERM not set'}, ${columns}×${rows}, ${colours > 2 ? `${colours} colours` : 'no colour'}, ${utf8 ? 'UTF-8' : 'not UTF-8'}`;
  const mends = [
    !env.TERM || env.TERM === 'dumb' ? 'set TERM, for example TERM=xterm-256color' : null,
    columns < MIN_COLUMNS || rows < MIN_ROWS ? `make it ${MIN_COLUMNS}×${MIN_ROWS} or larger` : null,
    utf8 ? null : 'set LANG=C.UTF-8, or use --ascii',
  ].filter((mend) => mend !== null);
  return mends.length === 0 ? yes(name, found) : partly(name, found, mends.join('; '));
}

function effectiveCapabilities(): bigint {
  const found = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'));
  return BigInt(`0x${found?.[1] ?? '0'}`);
}

function onPath(program: string): boolean {
  return (withSbin().PATH ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function yes(name: string, found: string): Probe {
  return { name, ok: 'yes', found, mend: null };
}

function partly(name: string, found: string, mend: string | null): Probe {
  return { name, ok: 'partly', found, mend };
}

function no(name: string, found: string, mend: string): Probe {
  return { name, ok: 'no', found, mend };
}
