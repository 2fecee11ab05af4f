/**
 * The response header with the search's UUID. Callers that let the server choose
 * the UUID need it to ask for the report.
 */
export const searchIdHeader = "search-id";
