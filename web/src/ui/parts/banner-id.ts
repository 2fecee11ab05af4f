/** The id of the banner that says that the server is not reached. What is grey then is described by it. */
export const bannerId = "not-reached";
