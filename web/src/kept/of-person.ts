import type { KeptSearch } from "../session/kept-search.ts";
import type { Database } from "./database.ts";

/** The same database with the searches of one person alone; `person` is their name now, "" for whom the server has not asked. */
export function ofPerson(database: Database, person: () => string): Database {
  const isTheirs = ({ person: by = "" }: KeptSearch) => by === person();
  return {
    all: async () => (await database.all()).filter(isTheirs),
    put: (...searches) => database.put(...searches.map((search) => ({ ...search, person: person() }))),
    update: (change) => database.update((search) => (isTheirs(search) ? change(search) : search)),
    // The bound is the browser's, whoever they are.
    trim: database.trim,
  };
}
