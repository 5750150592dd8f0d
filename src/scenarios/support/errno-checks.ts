import type { Text } from '../../words/text.ts';
import { type Check, decide, fails, untold } from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import { tell } from './check-tools.ts';
import { ERRNO_TABLE, type ErrnoEntry } from './errno-table.ts';
import { INCOMPLETE } from './stream-checks.ts';

/** One check for each errno that is asked for. */
export function errnoChecks(names: readonly string[]): readonly Check[] {
  return names.flatMap((name) => {
    const entry = ERRNO_TABLE[name];
    return entry === undefined ? [] : [checkOf(name, entry)];
  });
}

function checkOf(name: string, entry: ErrnoEntry): Check {
  const { en, es, ca } = entry.cause;
  const { call } = entry;
  return {
    text: tell(`${call}, ${name}: ${en}.`, `${call}, ${name}: ${es}.`, `${call}, ${name}: ${ca}.`),
    test(run) {
      // A program may meet another's errno on its way: any call with it that has the packets is a proof.
      const calls = run.calls('client', entry.call).filter(({ errno }) => errno === name);
      const verdicts = calls.map((call) =>
        entry.packets.length === 0 ? withoutPackets(run, call) : withPackets(run, call, entry.packets),
      );
      return verdicts.find(({ holds }) => holds) ?? verdicts[0] ?? absentErrno(run, name, entry);
    },
  };
}

function absentErrno(run: Evidence, name: string, { needs }: ErrnoEntry) {
  const got = String(run.report('client', name) ?? '?');
  const note = tell(`it gave ${got}`, `dio ${got}`, `ha donat ${got}`);
  if (needs === undefined || run.report('client', `${name} needs`) === undefined) return fails(note);
  return untold(tell(`it takes ${needs}`, `hace falta ${needs}`, `cal ${needs}`));
}

/** The call itself put nothing on the wire. */
function withoutPackets(run: Evidence, call: CallSeen) {
  const packets = run.packetsOf(call, 'causes', 'carries');
  if (packets.length > 0)
    return fails(tell('it caused packets', 'provocó paquetes', 'ha provocat paquets'), call, packets);
  return decide(run.complete ? true : null, run.complete ? '' : INCOMPLETE, call);
}

/** The packets of its connection are there, in this order, others between them. */
function withPackets(run: Evidence, call: CallSeen, kinds: readonly string[]) {
  const all = run.packets({ connection: call.connection });
  const proof: PacketSeen[] = [];
  for (const kind of kinds) {
    const next = all.find(({ index, reason }) => reason === kind && index > (proof.at(-1)?.index ?? -1));
    if (next === undefined) return run.complete ? fails(missing(kind), call, all) : untold(INCOMPLETE, call);
    proof.push(next);
  }
  return decide(true, '', call, proof);
}

const missing = (kind: string): Text =>
  tell(`no packet “${kind}”`, `ningún paquete «${kind}»`, `cap paquet «${kind}»`);
