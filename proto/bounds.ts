// Numbers of the contract that protobuf cannot state. The comments of the
// .proto files promise them, and both sides go by them.

/** Most searches whose progress one WatchActivity call may ask for. */
export const mostWatchedSearches = 64;

/** Most characters of the reason in a GetSearchReportRequest. */
export const longestReason = 200;

/** The shortest time between two messages of an activity stream, however much changes. */
export const activityPauseMs = 100;

/** The longest time between two messages of an activity stream, although nothing changes. */
export const activitySilenceMs = 1_000;

/** How many messages a keyed stream has, and the time from one to the next. */
export const messagesOfStream = 10;
export const messageEveryMs = 1_000;

/**
 * The longest time limit in seconds, of a caller or of the server: timers count
 * milliseconds in 31 bits, and a longer one fires at once (HTML, "timers"; Node does the same).
 */
export const longestTimeSeconds = 2_147_483;

/**
 * Bytes before each message of a stream, in gRPC, gRPC-Web and Connect alike: one
 * of flags, four of length (gRPC over HTTP/2, "Length-Prefixed-Message").
 */
export const frameHeadBytes = 5;
