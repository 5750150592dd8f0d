import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Parameters, restoreParameters } from '../../../src/scenarios/parameters.ts';
import { type GivenParameters, parseParameters } from '../../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../../src/scenarios/registry.ts';
import type { Outcome, RolePlan } from '../../../src/scenarios/scenario.ts';
import { settlePort } from '../../../src/scenarios/settle-port.ts';
import { inEnglish } from '../../../src/words/text.ts';
import { compiled } from '../../support/compiled.ts';
import { counted } from './counted.ts';
import { type FromPlay, PLAY_VARIABLE, type Play } from './protocol.ts';

const PLAY_ROLE = compiled('test/scenarios/support/play-role.ts');
const LIMIT_MS = 25_000;
/** Flags of a socket in /proc/net/unix that listens (__SO_ACCEPTCON): one that is only bound refuses. */
const ACCEPTS = ' 00010000 ';

type Report = Record<string, string | number | boolean>;

export interface Played {
  readonly outcome: Outcome;
  readonly parameters: Parameters;
  readonly problems: readonly string[];
  readonly printed: readonly string[];
  /** Names of the parameters that roles, plans, validation and judge have looked at. */
  readonly read: ReadonlySet<string>;
  /** Everything that could not be read as a message: a stack, for example. */
  readonly noise: string;
}

/** Plays a scenario on this machine's loopback, on a port that is free, and judges it as the lab would. */
export async function runScenario(id: string, given: GivenParameters): Promise<Played> {
  const scenario = await loadScenario(id);
  const read = new Set<string>();
  const parsed = parseParameters(scenario, given);
  const settled = await settlePort(restoreParameters({ ...parsed.all(), port: 0 }));
  const parameters = counted(settled, read);
  scenario.validate?.(parameters);
  const heard = { reports: new Map<string, Report>(), printed: [] as string[], noise: '', read };
  const send = ({ to, signal }: { to: string; signal: NodeJS.Signals }) =>
    roles.find(({ plan }) => plan.name === to)?.child.kill(signal);
  const roles: readonly PlayedRole[] = scenario
    .roles(parameters)
    .map((plan) => new PlayedRole({ ...plan, id, parameters: settled }, heard, send));
  const overdue = setTimeout(() => roles.forEach((role) => void role.child.kill('SIGKILL')), LIMIT_MS);
  await Promise.all(roles.map((role) => role.ready));
  for (const role of roles.filter(({ plan }) => plan.ready === null)) role.go();
  const waiting = roles.filter(({ plan }) => plan.ready !== null);
  const ready = waiting[0]?.plan.ready ?? null;
  if (ready !== null) await serverIsThere(settled, ready, roles);
  for (const role of waiting) role.go();
  const exits = new Map(
    await Promise.all(roles.map(async (role) => [role.plan.name, await role.exit] as const)),
  );
  clearTimeout(overdue);
  const outcome = { reports: heard.reports, exits };
  return {
    ...heard,
    outcome,
    parameters: settled,
    problems: scenario.judge(parameters, outcome).map(inEnglish),
  };
}

interface Heard {
  readonly reports: Map<string, Report>;
  readonly printed: string[];
  readonly read: Set<string>;
  noise: string;
}

class PlayedRole {
  readonly plan: RolePlan;
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly exit: Promise<number | string>;
  gone = false;

  constructor(
    plan: RolePlan & { id: string; parameters: Parameters },
    heard: Heard,
    send: (message: { to: string; signal: NodeJS.Signals }) => void,
  ) {
    const { name: role, index, entry } = plan;
    const play: Play = {
      scenario: plan.id,
      parameters: plan.parameters.all(),
      role,
      index,
      entry,
      inherited: null,
    };
    this.plan = plan;
    this.child = spawn(process.execPath, [PLAY_ROLE], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, [PLAY_VARIABLE]: JSON.stringify(play) },
    });
    let isReady = () => {};
    this.ready = new Promise((resolve) => {
      isReady = resolve;
    });
    this.child.stderr?.on('data', (text) => {
      heard.noise += text;
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      const message = JSON.parse(line) as FromPlay;
      if (message.type === 'ready') isReady();
      else if (message.type === 'signal') send(message);
      else if (message.type === 'print') heard.printed.push(message.line);
      else if (message.type === 'read') for (const name of message.names) heard.read.add(name);
      else {
        const report = heard.reports.get(message.role) ?? {};
        report[message.key] = message.value;
        heard.reports.set(message.role, report);
      }
    });
    this.exit = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.gone = true;
        isReady();
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  go(): void {
    if (!this.gone) this.child.stdin?.write('g');
  }
}

/** Waits until the kernel lists the server's socket: listening, or bound where nothing listens. */
async function serverIsThere(parameters: Parameters, ready: 'listen' | 'bind', roles: readonly PlayedRole[]) {
  const server = roles.find(({ plan }) => plan.side === 'server');
  while (server?.gone === false && !isBound(parameters, ready)) await delay(2);
}

function isBound(parameters: Parameters, ready: 'listen' | 'bind'): boolean {
  const port = parameters.number('port');
  if (parameters.all().family === 'unix')
    return readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .some((line) => line.endsWith(`@sockscope-${port}`) && (ready === 'bind' || line.includes(ACCEPTS)));
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const protocols = ready === 'listen' ? ['tcp'] : ['udp', 'tcp'];
  const six = parameters.all().family === 'ipv6' ? '6' : '';
  return protocols.some((protocol) =>
    readFileSync(`/proc/net/${protocol}${six}`, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .some((columns) => columns[1]?.endsWith(suffix) && (ready === 'bind' || columns[3] === '0A')),
  );
}
