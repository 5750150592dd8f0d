import type { Reason } from '../timeline/types.ts';
import { decimal } from './language.ts';
import { say, type Text } from './text.ts';

/** How words name calls and packets: 'client send#2', 'packet 5'. */
export interface Names {
  call(index: number): string;
  packet(row: number): string;
}

/** Words for what has a number: 'packet 5', 'call 7'. */
export const PACKET: Text = { en: 'packet', es: 'paquete', ca: 'paquet' };
export const CALL: Text = { en: 'call', es: 'llamada', ca: 'crida' };
/** Between a role with several connections and the other end of one: 'client to 127.0.0.1:3500', 'server for client 1'. */
export const CONNECTED_TO: Text = { en: 'to', es: 'hacia', ca: 'cap a' };
export const SERVING: Text = { en: 'for', es: 'para', ca: 'per a' };
const UNKNOWN_CALL: Text = {
  en: 'an unknown call',
  es: 'una llamada desconocida',
  ca: 'una crida desconeguda',
};
const UNCAPTURED: Text = {
  en: 'a packet that was not captured',
  es: 'paquete no capturado',
  ca: 'paquet no capturat',
};

export type Phrase = (reason: Reason, names: Names) => string;

export const number = (reason: Reason, name: string): number => Number(reason.params[name] ?? 0);
export const text = (reason: Reason, name: string): string => String(reason.params[name] ?? '');

/** '0.35 ms', '12 ms', '1.2 s': three figures are enough to compare. */
export function duration(ms: number): string {
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${decimal((ms / 1000).toFixed(1))} s`;
  if (ms >= 10) return `${Math.round(ms)} ms`;
  return ms >= 0.1 ? `${decimal(ms.toFixed(1))} ms` : `${Math.round(ms * 1000)} µs`;
}

export function call(reason: Reason, names: Names, which = 0): string {
  const index = reason.calls[which];
  return index === undefined ? say(UNKNOWN_CALL) : names.call(index);
}

export function packet(reason: Reason, names: Names, which = 0): string {
  const row = reason.packets[which];
  return row === undefined ? say(UNCAPTURED) : names.packet(row);
}

/** How long it waited, from the param `ms`. */
export const waited = (reason: Reason): string => duration(number(reason, 'ms'));

/** The word that goes with one, or with any other number. */
export function byCount(count: number, one: string, several: string): string {
  return count === 1 ? one : several;
}
