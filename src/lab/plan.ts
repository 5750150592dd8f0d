import type { EngineName } from '../../capture/live/engine.ts';
import { EXIT, UserError } from '../../capture/user-error.ts';
import type { Parameters } from '../scenarios/parameters.ts';
import type { NetworkCommand, Scenario } from '../scenarios/scenario.ts';
import { nameOfUserFile } from '../scenarios/user-file.ts';
import { language } from '../words/language.ts';
import { type Conditions, checkConditions } from './conditions/conditions.ts';
import { invokingUser } from './privileges.ts';
import type { LabPlan, Recording, Typist } from './protocol.ts';
import { ringFor } from './ring.ts';

/** Above this, calls are recorded without data, queues and source lines, so that recording does not slow the run down. */
const THIN_AFTER_BYTES = 64_000_000;
/** setTimeout's limit; three weeks stand for "never". */
const NO_LIMIT_MS = 0x7fff_ffff;

export interface PlanOptions {
  /** The absolute path of the user's own file that the scenario comes from; null for one of ours. */
  readonly file: string | null;
  /** Keep what --verify needs to compare every byte. */
  readonly verify: boolean;
  /** The first bytes of each call's data that are kept otherwise. */
  readonly dataBytes: number;
  /** null: as the run needs. */
  readonly ringBytes: number | null;
  /** Who types what a role asks for; nobody, if absent. */
  readonly typist?: Typist;
}

/** What the lab has to do for one run of a scenario. */
export function planRun(scenario: Scenario, parameters: Parameters, options: PlanOptions): LabPlan {
  const { file } = options;
  const all = parameters.all();
  const timeout = parameters.number('timeout-run');
  return {
    scenario: file === null ? scenario.id : nameOfUserFile(file),
    file,
    parameters: all,
    roles: scenario.roles(parameters),
    net: parameters.text('net') === 'host' ? 'host' : 'private',
    owner: invokingUser(),
    conditions: conditionsOf(parameters),
    network: networkOf(scenario, parameters),
    capture: {
      engine: parameters.text('engine') as EngineName,
      device: 'lo',
      filter: parameters.optionalText('filter') ?? ownTraffic(parameters),
      snaplen: parameters.number('snaplen'),
      ringBytes: options.ringBytes ?? ringFor(all),
    },
    recording: recordingOf(parameters, options),
    pauses: parameters.pauses(),
    step: parameters.flag('step'),
    typist: options.typist ?? 'nobody',
    timeoutMs: timeout === 0 ? NO_LIMIT_MS : timeout,
    language: language(),
  };
}

/**
 * On the machine's own loopback other programs talk as well, and their data is nobody's business: only the packets of the
 * run's port, what ICMP says, and fragments, which have no port, are captured unless the user gives a filter.
 */
function ownTraffic(parameters: Parameters): string | null {
  const { net, port } = parameters.all();
  if (net !== 'host' || typeof port !== 'number') return null;
  return `port ${port} or icmp or icmp6 or (ip[6:2] & 0x1fff != 0) or (ip6 proto 44)`;
}

/** Throws a UserError (exit 2) where the machine's own network would have to be changed. */
function networkOf(scenario: Scenario, parameters: Parameters): readonly NetworkCommand[] {
  const commands = scenario.network?.(parameters) ?? [];
  if (commands.length > 0 && parameters.text('net') === 'host') {
    throw new UserError(`${scenario.id} needs --net private: it changes routes or the firewall`, {
      hint: "the machine's own network is never changed: leave --net host out",
      exitCode: EXIT.usage,
    });
  }
  return commands;
}

function conditionsOf(parameters: Parameters): Conditions | null {
  const all = parameters.all();
  const net = parameters.text('net') === 'host' ? 'host' : 'private';
  const offload = parameters.optionalText('offload');
  const delay = parameters.optionalNumber('delay');
  const given = net === 'host' ? null : parameters.number('loss');
  return checkConditions(
    {
      mtu: parameters.optionalNumber('mtu'),
      offload: offload === null ? null : offload === 'on',
      loss: given,
      seed: parameters.number('seed'),
      rate: parameters.optionalText('rate'),
      delay: delay === null ? null : `${delay}ms`,
      congestion: typeof all.congestion === 'string' ? all.congestion : null,
    },
    { net, ipv6: all.family === 'ipv6' },
  );
}

function recordingOf(parameters: Parameters, options: PlanOptions): Recording {
  const { verify, dataBytes } = options;
  if (!verify) return { data: 'first-bytes', dataBytes, thinAfterBytes: THIN_AFTER_BYTES };
  // Hashes instead of bytes where the bytes would not fit into memory beside everything else.
  const size = parameters.all().size;
  const large = typeof size === 'number' && size > THIN_AFTER_BYTES;
  return { data: large ? 'hashes' : 'all', dataBytes, thinAfterBytes: null };
}
