/** What is said in Japanese to a person of whom the server asks who they are. */
export const accountJa = {
  language: "ja",
  title: "このサーバーは利用者の確認を求めています",
  token: "トークン",
  hint: "サーバーの管理者から渡されたものです。このタブを閉じるか、サインアウトするまで保持されます。",
  go: "続ける",
  wrong: "サーバーはこのトークンを知りません。",
  unreached: "サーバーから応答がありません。もう一度お試しください。",
  needed: "このサーバーはトークンを求めています。",
  give: "入力する",
  you: (name: string) => `利用者：${name}`,
  signOut: "サインアウト",
};
