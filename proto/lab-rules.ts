// The rules of the lab's contract that protobuf cannot state, held by the server
// and asked by the page before it sends.
import { isUuid } from "./rules.ts";

/** How long a rehearsal may stay open; one that the server plays itself ends sooner. */
export const longestRehearsalMs = 60_000;
export const longestPlayMs = 15_000;

/** Most characters of a call's name, as people count them. */
export const longestCallName = 32;
/** The longest that a handler works, and that one which never looks goes on for. */
export const longestWorkMs = 10_000;
export const mostServersBehind = 2;
export const longestIntervalMs = 1000;
export const mostMessageBytes = 65_536;
export const mostMessages = 100_000;

/** Calls of one rehearsal that each of its servers takes. */
export const mostCallsOfRehearsal = 16;

/** A google.protobuf.Duration; none is 0. */
type Time = { readonly seconds: bigint; readonly nanos: number } | undefined;

/** What requests of the lab ask for, with the field names of the contract, and enums by their numbers. */
export interface RehearsalInput {
  readonly rehearsalId: string;
}
export interface WorkInput extends RehearsalInput {
  readonly call: string;
  readonly time?: Time;
  readonly manners: number;
  readonly labour: number;
  readonly serversBehind: number;
}
export interface CountInput extends RehearsalInput {
  readonly call: string;
  readonly interval?: Time;
  readonly messageBytes: number;
  readonly messages: number;
  readonly manners: number;
}
export interface RehearseInput extends RehearsalInput {
  readonly scenario: number;
}

/** Rules of the lab, each by the field that it is about. */
const sentences = {
  rehearsal_id: "The rehearsal id must be a UUID such as 123e4567-e89b-42d3-a456-426614174000.",
  call: `The call's name must have 1 to ${longestCallName} characters.`,
  time: `The time of the work must be 0 to ${longestWorkMs / 1000} s.`,
  manners: "The manners must be MANNERS_CHECKS or MANNERS_IGNORES.",
  labour: "The labour must be LABOUR_SLEEPS or LABOUR_COMPUTES.",
  servers_behind: `The servers behind must be 0 to ${mostServersBehind}.`,
  interval: `The interval between two messages must be 0 to ${longestIntervalMs / 1000} s.`,
  message_bytes: `A message must have at most ${mostMessageBytes} bytes.`,
  messages: `There must be at most ${mostMessages} messages.`,
  scenario: "The scenario must be one of those that the contract names.",
} as const;

/** The field whose rule a request breaks. */
export type LabField = keyof typeof sentences;

/** The broken rule as a sentence that says what to do. */
export function labSentence(field: LabField): string {
  return sentences[field];
}

// Each of these enums has its values in one piece, from 1.
const lastManners = 2;
const lastLabour = 2;
const lastScenario = 9;

export function rehearsalViolations({ rehearsalId }: RehearsalInput): readonly LabField[] {
  return isUuid(rehearsalId) ? [] : ["rehearsal_id"];
}

export function workViolations(input: WorkInput): readonly LabField[] {
  return [
    ...rehearsalViolations(input),
    ...broken("call", isCallName(input.call)),
    ...broken("time", isWithin(millisecondsOf(input.time), 0, longestWorkMs)),
    ...broken("manners", isWithin(input.manners, 1, lastManners)),
    ...broken("labour", isWithin(input.labour, 1, lastLabour)),
    ...broken("servers_behind", isWithin(input.serversBehind, 0, mostServersBehind)),
  ];
}

export function countViolations(input: CountInput): readonly LabField[] {
  return [
    ...rehearsalViolations(input),
    ...broken("call", isCallName(input.call)),
    ...broken("interval", isWithin(millisecondsOf(input.interval), 0, longestIntervalMs)),
    ...broken("message_bytes", isWithin(input.messageBytes, 0, mostMessageBytes)),
    ...broken("messages", isWithin(input.messages, 0, mostMessages)),
    ...broken("manners", isWithin(input.manners, 1, lastManners)),
  ];
}

export function rehearseViolations(input: RehearseInput): readonly LabField[] {
  return [...rehearsalViolations(input), ...broken("scenario", isWithin(input.scenario, 1, lastScenario))];
}

/** A Duration in milliseconds, with their fraction. */
export function millisecondsOf(time: Time): number {
  return time === undefined ? 0 : Number(time.seconds) * 1000 + time.nanos / 1e6;
}

function broken(field: LabField, keeps: boolean): readonly LabField[] {
  return keeps ? [] : [field];
}

function isWithin(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}

function isCallName(name: string): boolean {
  // A loop needs no memory: a request may have 16 kB.
  let length = 0;
  for (const _ of name) length++;
  return isWithin(length, 1, longestCallName);
}
