import { words } from "../parts/language.ts";
import { Picture } from "./picture.tsx";

/** A name to search for, and how many of its letters may be wrong. */
export interface Example {
  readonly name: string;
  readonly wrongAllowed: number;
}

// Each takes a server of one core less than a second: 1 in 1,260, 42,000 and 260,000 hashes.
const examples: readonly Example[] = [
  { name: "abc", wrongAllowed: 0 },
  { name: "grpc", wrongAllowed: 0 },
  { name: "doctor", wrongAllowed: 1 },
];

interface IntroProps {
  /** Who has searched before sees one line of it. */
  readonly isNewcomer: boolean;
  readonly onTry: (example: Example) => void;
}

/** What happens on this page, for those who see it for the first time. */
export function Intro({ isNewcomer, onTry }: IntroProps) {
  const { intro: text } = words.value;
  return (
    <details class="intro" open={isNewcomer}>
      <summary>{text.title}</summary>
      <p class="intro-sentence">{text.sentence}</p>
      <Picture />
      <p class="examples">
        {text.tryOne}
        {examples.map((example) => (
          <button key={example.name} type="button" onClick={() => onTry(example)}>
            {text.example(example.name, example.wrongAllowed)}
          </button>
        ))}
      </p>
    </details>
  );
}
