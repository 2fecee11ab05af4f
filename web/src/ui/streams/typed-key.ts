/** The key of a stream that was typed; undefined when the person means something else. */
export function typedKey(event: KeyboardEvent): string | undefined {
  // A key that is held down is pressed once.
  if (event.defaultPrevented || event.repeat || event.isComposing) return undefined;
  if (event.target instanceof Element && event.target.closest("input, select, textarea")) return undefined;
  // A key typed with AltGr is a character; with any other modifier it is a command.
  const isCommand = event.metaKey || ((event.ctrlKey || event.altKey) && !event.getModifierState("AltGraph"));
  // "Enter" and "ArrowLeft" are names; the space bar presses the focused button.
  const isCharacter = Array.from(event.key).length === 1 && event.key !== " ";
  return isCharacter && !isCommand ? event.key : undefined;
}
