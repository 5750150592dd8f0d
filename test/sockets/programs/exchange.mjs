// One TCP exchange with itself, for comparison with what strace sees. Argument: descriptor of the log.
import {
  AF_INET,
  MSG_DONTWAIT,
  MSG_PEEK,
  SHUT_WR,
  SO_REUSEADDR,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../../../dist/src/sockets/constants.js';
import { configureRecorder } from '../../../dist/src/sockets/recorder.js';
import { socket } from '../../../dist/src/sockets/socket.js';

configureRecorder({ fd: Number(process.argv[2]), role: 'both' });
const listener = socket(AF_INET, SOCK_STREAM);
listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
listener.bind(['127.0.0.1', 0]);
listener.listen(5);
const name = listener.getsockname();
const client = socket(AF_INET, SOCK_STREAM);
client.connect(name.value);
const server = listener.accept();
client.sendall(Buffer.from('hello "world"\n\0'));
server.recv(5, MSG_PEEK);
server.recv(100);
server.recv(100, MSG_DONTWAIT);
server.sendto(Buffer.from('back'), name.value);
client.read(2);
client.recvfrom(4096);
client.shutdown(SHUT_WR);
server.recv(10);
server.close();
client.send(Buffer.from('too late'));
client.close();
listener.close();
socket(AF_INET, SOCK_STREAM).connect(name.value);
