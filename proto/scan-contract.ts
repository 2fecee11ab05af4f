// Numbers of the scan contract that protobuf cannot state.

/** Raised when an older coordinator and a newer worker, or the other way round, would misunderstand each other. */
export const scanContractVersion = 1;

/** A worker says something at least so often; a coordinator that hears nothing for longer gives the range to another. */
export const scanProgressMs = 100;

/** Most bytes of one ScanMatches message. */
export const scanMatchesBytes = 64 * 1024;

/** Matches after which a scan ends with what it has, so that memory is bounded on both sides. */
export const scanMostMatches = 16_384;
