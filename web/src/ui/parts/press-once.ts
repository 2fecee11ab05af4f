/** Presses the focused button once while Enter is held down. Browsers would press it again and again. */
export function pressOnce(event: KeyboardEvent): void {
  if (event.key === "Enter" && event.repeat) event.preventDefault();
}
