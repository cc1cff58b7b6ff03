// What of an event a fan-out sends: the body of the request, or its part within the partner's own body.

import * as events from 'aws-cdk-lib/aws-events';
import type { aws_events as references } from 'aws-cdk-lib/interfaces';
import { checkPath, checkSize, checkTemplate, InputTemplate, WHOLE_EVENT } from './input-template';
import { invalid, show } from '../private/validate';

/**
 * What is sent of each event. Every payload is JSON for every event, whatever quotes, newlines or angle brackets the event holds. It is a
 * `RuleTargetInput`, so the targets of `aws-cdk-lib` take it too.
 *
 * A path into an event has dots, names of letters, digits, `-` and `_`, and array indices (`$.detail.items[0].instance-id`), at most
 * 256 characters; anything else fails at synthesis. What an event lacks arrives as an empty string.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export class FanOutPayload extends events.RuleTargetInput {
  /** The event as it is, with its envelope. */
  public static wholeEvent(): FanOutPayload {
    return new FanOutPayload({ text: `<${WHOLE_EVENT}>`, paths: {} }, {});
  }

  /** What the event's source wrote: its `detail`, without the envelope. */
  public static detail(): FanOutPayload {
    return new FanOutPayload({ text: '<detail>', paths: { detail: '$.detail' } }, { inputPath: '$.detail' });
  }

  /**
   * A flat object of chosen values, each with its own type in JSON: `{ user: '$.detail.userIdentity.arn', at: '$.time' }`. At least one
   * field and at most 100, at most 8,192 bytes of names, and no `<` in a name; anything else fails at synthesis.
   *
   * @param fields the path of each field's value, by the field's name
   */
  public static fields(fields: { [name: string]: string }): FanOutPayload {
    const prop = 'FanOutPayload.fields';
    const entries = Object.entries(fields);
    if (entries.length === 0) invalid(prop, 'no fields', 'give at least one, such as { time: \'$.time\' }');
    for (const [name, path] of entries) {
      if (name === '' || name.includes('<')) invalid(prop, show(name), 'a field has a name, without <, which EventBridge may take for a placeholder');
      checkPath(`${prop}.${name}`, path);
    }
    // Own placeholders, because the names of fields are free, and EventBridge's are not.
    const text = `{${entries.map(([name], index) => `${JSON.stringify(name)}:<f${index + 1}>`).join()}}`;
    const template = { text, paths: Object.fromEntries(entries.map(([, path], index) => [`f${index + 1}`, path])) };
    checkSize(prop, template);
    return FanOutPayload.transformed(template);
  }

  /**
   * A text of your own that is JSON once its placeholders are filled in: `template('{"user": <who>}', { who: '$.detail.user' })`. The
   * whole event is `<aws.events.event.json>`.
   *
   * A placeholder stands for a whole value, never inside quotes (EventBridge does not escape there) and never for a key. An undeclared
   * placeholder, a text that is not JSON for every value, a path that the text does not use, more than 100 paths or 8,192 bytes fails
   * at synthesis. So does a `<` in a string: write JSON's escape for it, a backslash and `u003c`, but not around a mere word. What only
   * the deployment knows (a token) is let through as text.
   *
   * @param text  JSON with placeholders, such as `<who>`
   * @param paths where each placeholder's value is in the event, by the placeholder's name
   */
  public static template(text: string, paths: { [name: string]: string } = {}): FanOutPayload {
    const template = { text, paths };
    checkTemplate('FanOutPayload.template', template);
    return FanOutPayload.transformed(template);
  }

  private static transformed(template: InputTemplate): FanOutPayload {
    return new FanOutPayload(template, asProperties(template));
  }

  /** As a placeholder's place in another text takes it. */
  private readonly value: InputTemplate;
  /** As the whole body. */
  private readonly body: events.RuleTargetInputProperties;

  private constructor(value: InputTemplate, body: events.RuleTargetInputProperties) {
    super();
    this.value = value;
    this.body = body;
  }

  /** What EventBridge is told to send to a target of the rule. */
  public bind(_rule: references.IRuleRef): events.RuleTargetInputProperties {
    return this.body;
  }

  /**
   * This payload as a value within a partner's body.
   * @internal
   */
  public _within(prop: string, body: (value: string) => string): events.RuleTargetInput {
    const template = { text: body(this.value.text), paths: this.value.paths };
    checkSize(prop, template);
    return FanOutPayload.transformed(template);
  }
}

function asProperties({ text, paths }: InputTemplate): events.RuleTargetInputProperties {
  return { inputTemplate: text, inputPathsMap: Object.keys(paths).length > 0 ? { ...paths } : undefined };
}
