// Runs before the page is drawn, so that nobody sees it flash in colours they did not choose.
// A file of its own: the page's security policy allows no scripts inside it.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system";
} catch {
  // Without storage the system's colours are the right ones.
}
