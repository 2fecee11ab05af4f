/**
 * The response header with the search's UUID. Callers that let the server choose
 * the UUID need it to ask for the report.
 */
export const searchIdHeader = "search-id";

/**
 * A request header with a UUID of the caller's own, for callers without a token or
 * certificate: searches that were started with it are known to those who send it,
 * from whatever address. Without it a search belongs to the address that started it.
 */
export const searchOwnerHeader = "search-owner";
