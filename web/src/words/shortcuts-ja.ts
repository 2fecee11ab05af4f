/** What the list of keys says in Japanese. */
export const shortcutsJa = {
  language: "ja",
  title: "キー操作",
  close: "閉じる",
  everywhere: "どこでも",
  thisList: "この一覧を表示",
  turnOn: "? キーでこの一覧を開く",
  hide: "用語の説明やこの一覧が開いているときは、Esc はまずそれを閉じます。",

  searches: "検索",
  search: "フォームで：検索する",
  stopOne: "フォーカスのある検索、なければ最新の検索を停止",
  stopAll: "1秒以内に2回：すべての検索を停止",
  arrows: "矢印キー",
  rows: "結果の一覧で：行を選ぶ（Home と End で先頭と末尾へ）",
  copy: "行の上で：そのバイト列をコピー",

  streams: "キーのストリーム",
  anyKey: "任意のキー",
  press: "キーの部分にフォーカスがある間：そのストリームを開始、またはキャンセル",
  move: "キーの上で：隣のキーへ移動",
  cancelOne: "フォーカスのあるストリーム、なければ最後に始めたものをキャンセル",
  cancelAll: "1秒以内に2回：すべてのストリームをキャンセル",
};
