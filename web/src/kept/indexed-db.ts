import type { KeptSearch } from "../session/kept-search.ts";
import type { Database } from "./database.ts";

const databaseName = "hash-finder";
// Raise it when the shape of KeptSearch changes. The old searches are then dropped.
const version = 1;
const storeName = "searches";
const byAge = "by age";

/** The searches in this browser's IndexedDB. */
export async function openDatabase(): Promise<Database> {
  const opening = indexedDB.open(databaseName, version);
  opening.onupgradeneeded = () => {
    const { result } = opening;
    for (const name of Array.from(result.objectStoreNames)) result.deleteObjectStore(name);
    const store = result.createObjectStore(storeName, { keyPath: "key" });
    store.createIndex(byAge, "savedAt");
  };
  const database = await answered(opening);
  // A newer page in another tab must be able to upgrade.
  database.onversionchange = () => database.close();

  const read = () => database.transaction(storeName).objectStore(storeName);
  async function write(change: (store: IDBObjectStore) => void): Promise<void> {
    const transaction = database.transaction(storeName, "readwrite");
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    change(transaction.objectStore(storeName));
    await done;
  }

  return {
    all: async () => await answered<KeptSearch[]>(read().getAll()),
    put: (...searches) =>
      write((store) => {
        for (const search of searches) store.put(search);
        // By itself a transaction is committed when its requests have answered, and
        // undone when the page is left before that.
        store.transaction.commit();
      }),
    update: (change) =>
      write((store) => {
        const walking = store.openCursor();
        walking.onsuccess = () => changeOne(walking.result, change);
      }),
    trim: (most, mayGo) =>
      write((store) => {
        const counting = store.count();
        counting.onsuccess = () => removeOldest(store, counting.result - most, mayGo);
      }),
  };
}

function changeOne(
  cursor: IDBCursorWithValue | null,
  change: (search: KeptSearch) => KeptSearch | undefined,
): void {
  if (cursor === null) return;
  const before: KeptSearch = cursor.value;
  const next = change(before);
  if (next === undefined) cursor.delete();
  else if (next !== before) cursor.update(next);
  cursor.continue();
}

function removeOldest(store: IDBObjectStore, count: number, mayGo: (search: KeptSearch) => boolean): void {
  if (count <= 0) return;
  let left = count;
  const walking = store.index(byAge).openCursor();
  walking.onsuccess = () => {
    const cursor = walking.result;
    if (cursor === null || left === 0) return;
    if (mayGo(cursor.value)) {
      cursor.delete();
      left--;
    }
    cursor.continue();
  };
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
