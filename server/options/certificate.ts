import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { messageOf } from "../calls/message-of.ts";
import type { Certificate, MutualCertificate } from "../edge/transport/tls.ts";
import { ConfigError } from "./config-error.ts";
import { readFileOf } from "./read-file.ts";

/** The flags that name the files, without their dashes, and the files. */
export interface CertificateFiles {
  readonly cert: readonly [flag: string, file: string];
  readonly key: readonly [flag: string, file: string];
  readonly ca?: readonly [flag: string, file: string];
}

/**
 * Reads a certificate, its key and the authority of those on the other end, if there
 * is one, and makes sure that they can be used now.
 *
 * @throws ConfigError
 */
export function readCertificate({ ca, ...files }: CertificateFiles): Certificate {
  if (ca) return readMutualCertificate({ ...files, ca });
  return usable({ cert: readFileOf(...files.cert), key: readFileOf(...files.key) }, files);
}

/**
 * The same where those on the other end must have one as well.
 *
 * @throws ConfigError
 */
export function readMutualCertificate(files: Required<CertificateFiles>): MutualCertificate {
  const ca = readFileOf(...files.ca);
  refuseUntimely(certificateIn(ca, files.ca), files.ca);
  return usable({ cert: readFileOf(...files.cert), key: readFileOf(...files.key), ca }, files);
}

function usable<C extends Certificate>(certificate: C, files: CertificateFiles): C {
  const [certFlag, certFile] = files.cert;
  const [keyFlag, keyFile] = files.key;
  const own = certificateIn(certificate.cert, files.cert);
  refuseUntimely(own, files.cert);
  if (!own.checkPrivateKey(keyIn(certificate.key, files.key))) {
    throw new ConfigError(
      `--${keyFlag}: the key in ${keyFile} is not that of --${certFlag} ${certFile}. Give the key that the certificate was made for.`,
    );
  }
  try {
    createSecureContext(certificate);
  } catch (error) {
    throw new ConfigError(
      `--${certFlag} ${certFile} cannot be used: ${messageOf(error)}. Give a certificate, its own key and an authority, in PEM.`,
    );
  }
  return certificate;
}

function certificateIn(pem: string, [flag, file]: readonly [string, string]): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new ConfigError(`--${flag}: there is no certificate in ${file}. Give one in PEM.`);
  }
}

function keyIn(pem: string, [flag, file]: readonly [string, string]): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new ConfigError(
      `--${flag}: there is no private key in ${file} that can be read. Give one in PEM, without a passphrase.`,
    );
  }
}

function refuseUntimely(certificate: X509Certificate, [flag, file]: readonly [string, string]): void {
  const { validFromDate: from, validToDate: to } = certificate;
  const now = new Date();
  if (to < now) {
    throw new ConfigError(
      `--${flag}: the certificate in ${file} has expired, on ${to.toISOString()}. Give a new one.`,
    );
  }
  if (from > now) {
    throw new ConfigError(
      `--${flag}: the certificate in ${file} is not valid before ${from.toISOString()}. Look at this machine's clock, or give another.`,
    );
  }
}
