import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../capture/user-error.ts';
import { SessionFile } from '../session/write.ts';
import { setUpLoopback } from './conditions/loopback.ts';
import { captureLive, type LiveEnd } from './live-capture.ts';
import { SHELL_VARIABLE, type ShellSetup } from './shell.ts';
import { openNamelessFile } from './temp-file.ts';

/** Inside the private network: brings its loopback up, captures where that was asked for, and gives the terminal to the shell. */
const BASH = '/bin/bash';
const RC_FD = 3;
const SOCKSCOPE = fileURLToPath(new URL('../../../bin/sockscope.js', import.meta.url));
/** Holds a `sockscope` that runs the program that opened the shell, which need not be installed anywhere. */
const BIN = fileURLToPath(new URL('../../../bin/in-shell', import.meta.url));
const RC = `
[ -f ~/.bashrc ] && . ~/.bashrc
PATH="$SOCKSCOPE_BIN:$PATH"
PS1='(sockscope: private network) \\w\\$ '
`;

/** What a terminal sends, and its end: for whoever has it, not for us. */
const FOR_THE_SHELL = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM'] as const;

process.exitCode = await main(JSON.parse(process.env[SHELL_VARIABLE] ?? '') as ShellSetup);

async function main(setup: ShellSetup): Promise<number> {
  delete process.env[SHELL_VARIABLE];
  for (const signal of FOR_THE_SHELL) process.on(signal, () => {});
  try {
    setUpLoopback({ mtu: setup.mtu, offload: false });
    if (setup.output === null) return await over(shell(setup.command));
    return await captured(setup.output, setup);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`sockscope: ${error.message}\n  ${error.hint}\n`);
    return error.exitCode;
  }
}

async function captured(output: string, { command, force }: ShellSetup): Promise<number> {
  const file = SessionFile.create(output, { force, plainPcap: false, owner: null });
  const stop = new AbortController();
  let end: LiveEnd;
  let code = 1;
  try {
    const capturing = captureLive(
      { device: 'lo', filter: null },
      () => {},
      stop.signal,
      () => {
        over(shell(command)).then((exit) => {
          code = exit;
          stop.abort();
        }, stop.abort.bind(stop));
      },
    );
    end = await capturing;
  } catch (error) {
    file.discard();
    throw error;
  }
  const problem = file.finish(end.session, () => null) ?? end.problem;
  const { length } = end.session.capture.columns;
  process.stderr.write(`sockscope: ${problem ?? `${length} packets saved as ${output}`}\n`);
  end.close();
  return problem === null ? code : 1;
}

function shell(command: readonly string[]): ChildProcess {
  const env = {
    ...process.env,
    SOCKSCOPE_NODE: process.execPath,
    SOCKSCOPE_PROGRAM: SOCKSCOPE,
    // Also in a rc file's place: what it does to PATH comes before.
    SOCKSCOPE_BIN: BIN,
    PATH: `${BIN}:${process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'}`,
  };
  const [program, ...words] = command;
  if (program !== undefined) return spawn(program, words, { stdio: 'inherit', env });
  if (!exists(BASH)) {
    const prompt = { PS1: '(sockscope: private network) $ ' };
    return spawn('/bin/sh', ['-i'], { stdio: 'inherit', env: { ...env, ...prompt } });
  }
  const rc = openNamelessFile('wx+');
  writeSync(rc, RC, 0);
  return spawn(BASH, ['--rcfile', `/dev/fd/${RC_FD}`, '-i'], {
    stdio: ['inherit', 'inherit', 'inherit', rc],
    env,
  });
}

function exists(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function over(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stderr.write(`sockscope: cannot run ${child.spawnfile}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}
