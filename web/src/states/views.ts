import type { SearchState } from "../session/search-state.ts";
import { emptyForm } from "../ui/form/form-input.ts";
import { allStates, flood, now, searchStates } from "./search-states.ts";
import { busyServer, type Still } from "./still-page.ts";
import { allStreamStates } from "./stream-states.ts";

const [running] = searchStates.running;
const [stopping] = searchStates.stopping;
const [stopped] = searchStates.stopped;
const [unconfirmed, , machineOpen, machinesOpen] = searchStates.unconfirmed;
const machinesIdle = searchStates.stopped[3];
const [lapsed] = searchStates.lapsed;
const connected = { connection: { kind: "connected" }, activity: busyServer } as const;

/** The views of the page of states, by the name that their address gives as `?view=`. */
export const views: Readonly<Record<string, Still>> = {
  all: { ...connected, states: allStates, lastStop: lastStopOf(stopped) },
  empty: {
    connection: { kind: "connecting" },
    activity: undefined,
    states: [],
    lastStop: undefined,
    isNewcomer: true,
  },
  // With as many matches as the page keeps; for pictures.
  flood: { ...connected, states: some(running && { ...running, matches: flood }), lastStop: undefined },
  running: { ...connected, states: some(running), lastStop: undefined, isFolded: true },
  stopping: { ...connected, states: some(stopping), lastStop: lastStopOf(stopping) },
  stopped: { ...connected, states: some(stopped, searchStates.found[0]), lastStop: lastStopOf(stopped) },
  lost: {
    ...connected,
    connection: { kind: "lost", retryAt: now + 4_000 },
    states: some(unconfirmed, searchStates.lost[0]),
    lastStop: lastStopOf(unconfirmed),
  },
  // The server computes through three others.
  machines: { ...connected, states: some(machinesIdle), lastStop: lastStopOf(machinesIdle) },
  "machine-open": { ...connected, states: some(machineOpen, lapsed), lastStop: lastStopOf(machineOpen) },
  // The next two are for pictures.
  "machine-lapsed": { ...connected, states: some(lapsed), lastStop: lastStopOf(lapsed) },
  "many-machines": { ...connected, states: some(machinesOpen), lastStop: lastStopOf(machinesOpen) },
  keys: { ...connected, states: some(running), lastStop: undefined, listsKeys: true },
  // The server asks who one is, and knows it.
  token: {
    connection: { kind: "asked" },
    activity: undefined,
    states: [],
    lastStop: undefined,
    asksForToken: true,
  },
  known: {
    ...connected,
    activity: { ...busyServer, callerName: "ann@example.org" },
    states: some(running),
    lastStop: undefined,
    isSignedIn: true,
  },
  // For the picture that stands beside a link to the page.
  share: { ...connected, states: some(searchStates.found[0]), lastStop: undefined, isNewcomer: true },
  // Opened where there is no server.
  offline: {
    connection: { kind: "lost", retryAt: now + 4_000 },
    activity: undefined,
    states: [],
    lastStop: undefined,
  },
  streams: { ...connected, states: [], lastStop: undefined, streams: allStreamStates },
  "no-streams": { ...connected, states: [], lastStop: undefined, streams: [] },
  match: { ...connected, states: [], lastStop: undefined, match: "name=doctor&bytes=f_0DAA" },
  guide: { ...connected, states: [], lastStop: undefined, guide: "" },
  scenario: { ...connected, states: [], lastStop: undefined, guide: "scenario=manners" },
  "bad-match": { ...connected, states: [], lastStop: undefined, match: "name=doctor&bytes=*" },
  errors: {
    ...connected,
    states: searchStates["refused-input"],
    lastStop: undefined,
    refused: { ...emptyForm, name: "a-b", hashes: "many", seconds: "-1" },
  },
};

function some(...states: readonly (SearchState | undefined)[]): readonly SearchState[] {
  return states.filter((state) => state !== undefined);
}

function lastStopOf(state: SearchState | undefined): Still["lastStop"] {
  return state !== undefined && "stop" in state ? { stop: state.stop, state } : undefined;
}
