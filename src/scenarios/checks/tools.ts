import type { Text } from '../../words/text.ts';
import { type Check, decide, fails, holds, judging, untold, type Verdict } from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { NEVER_ON_THE_NETWORK } from './echo.ts';
import {
  ACCEPT_AFTER_HANDSHAKE,
  HANDSHAKE_IN_CONNECT,
  incomplete,
  SENDS_AND_RECVS_HAVE_SEGMENTS,
} from './stream.ts';

/** A text in English, Spanish and Catalan. */
export function tell(en: string, es: string, ca: string): Exclude<Text, string> {
  return { en, es, ca };
}

/** Packets are not delayed, held up or dropped by the lab: what depends on how soon something comes can be expected. */
export function isUndisturbed(parameters: Parameters): boolean {
  const { loss, rate, delay } = parameters.all();
  return (loss ?? 0) === 0 && rate === null && delay === null && parameters.pauses().length === 0;
}

export function isUnix(parameters: Parameters): boolean {
  return parameters.all().family === 'unix';
}

/** Where packets are looked for: in the UNIX domain the one check is that there are none. */
export function onWire(parameters: Parameters, checks: readonly Check[]): readonly Check[] {
  return isUnix(parameters) ? [NEVER_ON_THE_NETWORK] : checks;
}

/** With a stranger's program on the other side: beside the checks of the exercise, what one side of any TCP connection shows. */
export function withStranger(parameters: Parameters, checks: readonly Check[]): readonly Check[] {
  if (playsBoth(parameters) || isUnix(parameters)) return checks;
  const own = plays(parameters, 'server') ? ACCEPT_AFTER_HANDSHAKE : HANDSHAKE_IN_CONNECT;
  return [...new Set([own, ...checks, SENDS_AND_RECVS_HAVE_SEGMENTS])];
}

/** `packets` were found, or should have been. */
export function found(
  run: Evidence,
  packets: readonly PacketSeen[],
  note: Text,
  ...more: readonly PacketSeen[]
): Verdict {
  if (packets.length > 0) return decide(true, note, packets, more);
  return run.complete ? fails(note, more) : incomplete(run);
}

/** No packets were found, as it should be, though these calls might have caused them. */
export function absent(
  run: Evidence,
  packets: readonly PacketSeen[],
  note: Text,
  causes: readonly CallSeen[],
): Verdict {
  if (packets.length > 0) return fails(note, packets);
  return run.complete ? judging(causes, () => holds(causes)) : incomplete(run);
}

/**
 * The kernel's own count (a name of nstat(8)) is as large as the ladder's. On the machine's own network and in
 * `sockscope shell`, where others count along, it cannot be told.
 */
export function kernelCounts(
  name: string,
  text: Text,
  packetsOf: (run: Evidence) => readonly PacketSeen[],
): Check {
  return {
    text,
    test(run) {
      const packets = packetsOf(run);
      const counted = run.counter(name);
      if (counted === null) return untold(notOurs(run), packets);
      if (!run.complete) return incomplete(run, packets);
      const note = countedNote(name, counted, packets.length);
      return judging(run.connections(), () => decide(counted === packets.length, note, packets));
    },
  };
}

export function countedNote(name: string, kernel: number, ladder: number): Text {
  return tell(
    `${name}: ${kernel}; in the ladder: ${ladder}`,
    `${name}: ${kernel}; en el diagrama: ${ladder}`,
    `${name}: ${kernel}; al diagrama: ${ladder}`,
  );
}

/** Why a counter of the kernel says nothing of this run. */
export function notOurs(run: Evidence): Text {
  return run.isInShell ? NOT_OURS_IN_SHELL : NOT_OURS_ON_MACHINE;
}

const NOT_OURS_ON_MACHINE: Text = tell(
  'on the machine’s own network other programs are counted too',
  'en la red de la propia máquina se cuentan también otros programas',
  'a la xarxa de la mateixa màquina també es compten altres programes',
);

const NOT_OURS_IN_SHELL: Text = tell(
  'in the network of sockscope shell other programs are counted too',
  'en la red de sockscope shell se cuentan también otros programas',
  'a la xarxa de sockscope shell també es compten altres programes',
);

export const RESETS_COUNTED = kernelCounts(
  'TcpOutRsts',
  tell(
    'The kernel counted as many resets sent (OutRsts) as the ladder shows.',
    'El núcleo contó tantos RST enviados (OutRsts) como muestra el diagrama.',
    'El nucli va comptar tants RST enviats (OutRsts) com mostra el diagrama.',
  ),
  (run) => run.packets({ flags: 'RST' }),
);
