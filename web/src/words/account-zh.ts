/** What is said in Chinese to a person of whom the server asks who they are. */
export const accountZh = {
  language: "zh-Hans",
  title: "此服务器需要确认你的身份",
  token: "令牌",
  hint: "令牌由服务器的管理员提供，保留到你关闭此标签页或退出登录为止。",
  go: "继续",
  wrong: "服务器不认识此令牌。",
  unreached: "服务器没有应答。请重试。",
  needed: "此服务器需要令牌。",
  give: "输入令牌",
  you: (name: string) => `你的身份：${name}。`,
  signOut: "退出登录",
};
