import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What an answer says in place of what the server said; null leaves it as it is. */
type Alter = (path: string, body: string) => string | null;

/** A port that leads to a server whose answers a test may change: a newer app, a newer form. */
export class Altered {
  alter: Alter = () => null;
  private readonly server: Server;

  constructor(target: URL) {
    this.server = createServer((asked, answer) => {
      // What may be changed has to be readable, and whole.
      const { 'if-none-match': tag, 'if-modified-since': since, ...kept } = asked.headers;
      const headers = { ...kept, 'accept-encoding': 'identity' };
      const { method, url: path = '/' } = asked;
      const passed = request(
        { host: target.hostname, port: target.port, method, path, headers },
        async (told) => {
          const body = await whole(told);
          const altered = this.alter(path, body.toString('utf8'));
          if (altered === null) {
            answer.writeHead(told.statusCode ?? 502, told.headers).end(body);
            return;
          }
          const { etag, 'content-length': length, 'transfer-encoding': coding, ...rest } = told.headers;
          answer.writeHead(told.statusCode ?? 502, rest).end(altered);
        },
      );
      passed.on('error', () => answer.destroy());
      asked.pipe(passed);
    });
  }

  /** The address by which the server is reached over it. */
  async open(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

async function whole(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
