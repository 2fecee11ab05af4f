/** What the list of keys says in Chinese. */
export const shortcutsZh = {
  language: "zh-Hans",
  title: "快捷键",
  close: "关闭",
  everywhere: "任何位置",
  thisList: "显示此列表",
  turnOn: "按 ? 键打开此列表",
  hide: "如果页面上浮有词语解释或此列表，Esc 会先将其关闭。",

  searches: "搜索",
  search: "在表单中：开始搜索",
  stopOne: "停止焦点所在的搜索，否则停止最新的搜索",
  stopAll: "一秒内按两次：停止所有搜索",
  arrows: "方向键",
  rows: "在结果列表中：选择一行；Home 和 End 跳到首行和末行",
  copy: "在一行上：复制其字节",

  streams: "按键流",
  anyKey: "任意键",
  press: "焦点位于按键区时：启动或取消该键的流",
  move: "在按键之间：移到相邻的键",
  cancelOne: "取消焦点所在的流，否则取消最后启动的流",
  cancelAll: "一秒内按两次：取消所有流",
};
