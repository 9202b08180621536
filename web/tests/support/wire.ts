import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Connections are cut within 2^15 bytes of the last cut: early as often as late, by the order of size. */
const MOST_BITS = 15;

/**
 * A port that leads to a server, and counts what it carries. While it is `bad` it cuts every connection after any byte, again and
 * again.
 */
export class Wire {
  bad = false;
  cuts = 0;
  /** Bytes that came from the browser, and that went to it: with all headers, without TLS and below. */
  readonly carried = { up: 0, down: 0 };
  connections = 0;
  private left = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly target: URL) {
    this.server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      this.connections += 1;
      this.carry(near, far, 'up');
      this.carry(far, near, 'down');
    });
    this.draw();
  }

  /** The address by which the server is reached over it. */
  async open(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    for (const each of this.sockets) each.destroy();
  }

  private draw(): void {
    this.left = Math.floor(2 ** (Math.random() * MOST_BITS));
  }

  private carry(from: Socket, to: Socket, way: 'up' | 'down'): void {
    this.sockets.add(from);
    from.on('data', (piece) => {
      this.carried[way] += piece.length;
      if (this.bad && piece.length > this.left) {
        to.write(piece.subarray(0, this.left), () => this.cut());
      } else {
        if (this.bad) this.left -= piece.length;
        to.write(piece);
      }
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }

  private cut(): void {
    this.cuts += 1;
    this.draw();
    for (const each of this.sockets) each.resetAndDestroy();
  }
}
