import { X509Certificate } from "node:crypto";
import { unwatchFile, watchFile } from "node:fs";
import type { Logger } from "pino";
import type { Certificate } from "./edge/transport/tls.ts";
import { ConfigError } from "./options/config-error.ts";
import type { Reloadable } from "./options/reloadable.ts";

/** Something that can be read again while the server runs. */
export interface Reload<T> {
  /** What it is, for the log. */
  readonly what: string;
  readonly from: Reloadable<T>;
  /** Takes it, and answers what is worth a word in the log. */
  use(value: T): Record<string, unknown>;
}

/** A certificate that can be read again. */
export interface CertificateReload<C extends Certificate> extends Pick<Reload<C>, "what" | "from"> {
  /** Takes it for connections from now on; those that are open keep the one that they began with. */
  use(certificate: C): void;
}

// Polled: a link that comes to lead elsewhere, as a Secret's files do in Kubernetes,
// brings no event of the file system.
const lookEveryMs = 2000;

/** Reads files again when they have changed, and when it is told to. What is wrong then changes nothing. */
export class Reloads {
  readonly #log: Logger;
  readonly #all: (() => void)[] = [];
  readonly #watched: (readonly [file: string, listener: () => void])[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Whether there is anything to read again. */
  get isEmpty(): boolean {
    return this.#all.length === 0;
  }

  add<T>(reload: Reload<T>): void {
    const again = (): void => this.#reload(reload);
    this.#all.push(again);
    for (const file of reload.from.files) {
      // It keeps no process alive.
      watchFile(file, { interval: lookEveryMs, persistent: false }, again);
      this.#watched.push([file, again]);
    }
  }

  /** The same of a certificate: the log says until when it is valid. */
  addCertificate<C extends Certificate>({ use, ...of }: CertificateReload<C>): void {
    this.add({
      ...of,
      use: (certificate) => {
        use(certificate);
        return { validTo: new X509Certificate(certificate.cert).validToDate };
      },
    });
  }

  now(): void {
    for (const again of this.#all) again();
  }

  close(): void {
    for (const [file, listener] of this.#watched) unwatchFile(file, listener);
  }

  #reload<T>({ what, from, use }: Reload<T>): void {
    try {
      this.#log.info({ what, ...use(from.read()) }, "read again");
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#log.error({ what, reason: error.message }, "cannot be read again: it stays as it was");
    }
  }
}
