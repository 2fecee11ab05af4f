/** What the list of keys says in English. The other languages have the same keys. */
export const shortcutsEn = {
  language: "en",
  title: "Keys",
  close: "Close",
  everywhere: "Everywhere",
  thisList: "show this list",
  turnOn: "The key ? opens this list",
  hide: "Esc first closes what lies over the page: an explained word, or this list.",

  searches: "Searches",
  search: "in the form: search",
  stopOne: "stop the search that has the focus, else the latest",
  stopAll: "twice within a second: stop all searches",
  arrows: "Arrow keys",
  rows: "in a list of matches: choose a row; Home and End go to the first and the last",
  copy: "on a row: copy its bytes",

  streams: "Keyed streams",
  anyKey: "Any key",
  press: "while the keys have the focus: start its stream, or cancel it",
  move: "among the keys: go from one to the next",
  cancelOne: "cancel the stream that has the focus, else the one started last",
  cancelAll: "twice within a second: cancel all streams",
};
