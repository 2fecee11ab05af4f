/** What is said in English to a person of whom the server asks who they are. The other languages have the same keys. */
export const accountEn = {
  language: "en",
  title: "This server asks who you are",
  token: "Token",
  hint: "Its operator has given you one. It is kept until you close this tab or sign out.",
  go: "Continue",
  wrong: "The server does not know this token.",
  unreached: "The server did not answer. Try again.",
  needed: "This server asks for a token.",
  give: "Enter it",
  you: (name: string) => `You are ${name}.`,
  signOut: "Sign out",
};
