/** Thrown when flags and environment make no configuration; the message says what to do. */
export class ConfigError extends Error {}
