import { type Check, decide, fails, judging, untold, type Verdict } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { neverCame, plays, playsBoth } from '../support/plays.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen when a value goes over the wire as so many bytes; `marks` is how its end is known. */
export function valueChecks(
  parameters: Parameters,
  bytes: number,
  marks: 'line' | 'length',
): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  if (plays(parameters, 'client'))
    checks.push(marks === 'line' ? textAndLineEnd(bytes) : lengthAndBytes(bytes));
  if (playsBoth(parameters)) checks.push(SAME_BYTES_BACK);
  return checks;
}

function textAndLineEnd(bytes: number): Check {
  return {
    text: tell(
      `On the wire the value is its JSON text, ${bytes} bytes with the line end that says where it is over.`,
      `En la red el valor es su texto JSON: ${bytes} bytes con el fin de línea que dice dónde acaba.`,
      `A la xarxa el valor és el seu text JSON: ${bytes} bytes amb el final de línia que diu on acaba.`,
    ),
    test: (run) => sentBytes(run, bytes, (data) => data.at(0) !== 0),
  };
}

function lengthAndBytes(bytes: number): Check {
  return {
    text: tell(
      `On the wire the object is ${bytes} bytes of its serialised form, and 4 bytes of length in front.`,
      `En la red el objeto son ${bytes} bytes de su forma serializada, con 4 bytes de longitud delante.`,
      `A la xarxa l’objecte són ${bytes} bytes de la seva forma serialitzada, amb 4 bytes de longitud al davant.`,
    ),
    test: (run) =>
      sentBytes(run, bytes + 4, (data) => data.length < 4 || Buffer.from(data).readUInt32BE() === bytes),
  };
}

function sentBytes(run: Evidence, bytes: number, looksRight: (data: Uint8Array) => boolean): Verdict {
  const sends = run.calls('client', 'send');
  const sum = sends.reduce((total, send) => total + send.bytes, 0);
  const data = sends[0]?.data ?? null;
  const note = tell(`${sum} bytes`, `${sum} bytes`, `${sum} bytes`);
  if (sum === 0) return neverCame(run, note, sends);
  if (sends.length === 0) return fails(note);
  return decide(
    sum === bytes && (data === null || looksRight(data)),
    note,
    sends,
    sends.flatMap((send) => run.packetsOf(send, 'carries')),
  );
}

const SAME_BYTES_BACK: Check = {
  text: tell(
    'The server makes a value of the bytes and bytes of the value again: the same bytes come back.',
    'El servidor convierte los bytes en un valor y el valor otra vez en bytes: vuelven los mismos.',
    'El servidor converteix els bytes en un valor i el valor un altre cop en bytes: en tornen els mateixos.',
  ),
  test(run) {
    const there = bytesOf(run, 'client');
    const back = bytesOf(run, 'server');
    if (there === null || back === null)
      return untold(tell('not kept', 'no se guardaron', 'no es van guardar'));
    const sends = run.calls('client', 'send');
    return judging(sends, () => decide(there.equals(back), '', sends, run.calls('server', 'send')));
  },
};

function bytesOf(run: Evidence, side: string): Buffer | null {
  const sends = run.calls(side, 'send');
  const parts = sends.map((send) => (send.ok ? run.bytesOf(send) : new Uint8Array()));
  return parts.includes(null) ? null : Buffer.concat(parts.map((part) => part ?? new Uint8Array()));
}
