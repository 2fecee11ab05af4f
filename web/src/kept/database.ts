import type { KeptSearch } from "../session/kept-search.ts";

/** The searches in this browser's IndexedDB. Every method may reject: private windows deny it. */
export interface Database {
  all(): Promise<readonly KeptSearch[]>;
  put(search: KeptSearch): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Keeps those that were written last, this many. */
  trim(most: number): Promise<void>;
}

const databaseName = "hash-finder";
// Raise it when KeptSearch changes its shape: the old searches are then dropped.
const version = 1;
const storeName = "searches";
const byAge = "by age";

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

  async function remove(keys: readonly IDBValidKey[]): Promise<void> {
    if (keys.length === 0) return;
    await write((store) => {
      for (const key of keys) store.delete(key);
    });
  }

  return {
    all: async () => await answered<KeptSearch[]>(read().getAll()),
    put: (search) => write((store) => store.put(search)),
    remove,
    async trim(most) {
      const oldestFirst = await answered(read().index(byAge).getAllKeys());
      await remove(oldestFirst.slice(0, Math.max(0, oldestFirst.length - most)));
    },
  };
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
