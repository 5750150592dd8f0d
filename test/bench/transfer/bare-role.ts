/** Plays one role of tcp-transfer with nothing recorded, and prints how long the client was connected: `{"ns":"123"}`. */
import { build } from './build.ts';

const { parameters, entry, name } = JSON.parse(process.argv[2] ?? '') as {
  parameters: Record<string, string | number | boolean | null>;
  entry: 'client' | 'server';
  name: string;
};
const { restoreParameters } =
  await build<typeof import('../../../src/scenarios/parameters.ts')>('src/scenarios/parameters');
const { setCallHook } =
  await build<typeof import('../../../src/sockets/call-hook.ts')>('src/sockets/call-hook');
const scenario = await build<typeof import('../../../src/scenarios/exercises/tcp-transfer.ts')>(
  'src/scenarios/exercises/tcp-transfer',
);

let start = process.hrtime.bigint();
// Until the first call on a socket that connects; the hook then goes away, because it would be in the way of the others.
setCallHook(({ name: call, when }) => {
  if (call !== 'connect' || when !== 'before') return;
  start = process.hrtime.bigint();
  setCallHook(null);
});
if (entry === 'server') setCallHook(null);
const nobody = () => {
  throw new Error('the benchmark has one client and one server');
};
scenario[entry](restoreParameters(parameters), {
  ...{ name, index: 0, inherited: null, fork: nobody, thread: nobody },
  report: () => {},
  print: (line) => process.stderr.write(`${line}\n`),
  progress: () => {},
  interactive: false,
  ask: () => null,
  signal: () => {},
  cannot: (message) => {
    throw new Error(message);
  },
});
if (entry === 'client') console.log(JSON.stringify({ ns: String(process.hrtime.bigint() - start) }));
