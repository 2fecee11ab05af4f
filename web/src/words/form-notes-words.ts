import { chosenFrom } from "./chosen-from.ts";
import type { Sentences } from "./en.ts";
import { formNotesEn } from "./form-notes-en.ts";
import { formNotesJa } from "./form-notes-ja.ts";
import { formNotesZh } from "./form-notes-zh.ts";

/** What the form says where a search or a server gives reason to. */
export type FormNotes = Sentences<typeof formNotesEn>;

/** The same, in the language of the dictionary. */
export const formNotes = chosenFrom<FormNotes>([formNotesEn, formNotesZh, formNotesJa]);
