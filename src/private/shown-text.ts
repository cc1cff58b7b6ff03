// Text of a user's, such as an id, where AWS shows or reads it: each place takes less than a construct's id can hold.

/** What of a text is shown. A rule's description takes 512 characters, an input template 8,192 bytes. */
const MOST_CHARACTERS = 400;

/** The text on one line, and not too long. */
export function shownText(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')];
  return characters.length <= MOST_CHARACTERS ? characters.join('') : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/**
 * The text as a part of an input template, in which the characters < and > cannot be escaped: they come as parentheses. Quotes and the like are
 * left to whoever writes the JSON.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/transform-input.html
 */
export function textInTemplate(text: string): string {
  return shownText(text).replace(/</g, '(').replace(/>/g, ')');
}
