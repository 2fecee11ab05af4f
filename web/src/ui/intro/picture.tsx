import { words } from "../parts/language.ts";
import { pictured } from "./pictured.ts";

/** From bytes to a hash that spells a name. */
export function Picture() {
  const { intro: text } = words.value;
  const [before, name, behind] = pictured.hash;
  return (
    <p class="picture">
      <span>
        {text.bytes} <code>{pictured.bytes}</code>
      </span>
      <span>{text.becomes}</span>
      <code class="hash">
        {before}
        <mark>{name}</mark>
        {behind}
      </code>
    </p>
  );
}
