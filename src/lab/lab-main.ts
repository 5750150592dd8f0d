import type { SignalName } from '../sockets/user-signals.ts';
import { runLab } from './lab.ts';
import { type FromLab, LOG_FD, PACKETS_FD, type ToLab, type ToRole } from './protocol.ts';

/** The lab process: speaks with the top over Node's IPC, and ends when the top is gone. */
const stop = new AbortController();
let tellRole: (message: ToRole) => void = () => {};
let sendSignal: (role: string, signal: SignalName) => void = () => {};

const send = (message: FromLab) => new Promise<void>((resolve) => process.send?.(message, () => resolve()));

process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToLab) => {
  switch (message.type) {
    case 'plan':
      runLab(message.plan, {
        log: LOG_FD,
        packets: PACKETS_FD,
        stop: stop.signal,
        listen: (hear, signal) => {
          tellRole = hear;
          sendSignal = signal;
        },
        tell: (m) => void send(m),
      }).then(
        async (last) => {
          await send(last);
          process.exit(0);
        },
        (error: unknown) => {
          throw error;
        },
      );
      return;
    case 'stop':
      stop.abort();
      return;
    case 'go':
      tellRole({ to: message.role, type: 'go', edit: message.edit });
      return;
    case 'signal':
      sendSignal(message.role, message.signal);
      return;
    case 'input':
      tellRole({ to: message.role, type: 'input', line: message.line, isUnused: message.isUnused });
      return;
    default:
      message satisfies never;
  }
});
