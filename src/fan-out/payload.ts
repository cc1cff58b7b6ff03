// What of an event a fan-out sends: the body of the request, or its part within the partner's own body.

import * as events from 'aws-cdk-lib/aws-events';
import type { aws_events as references } from 'aws-cdk-lib/interfaces';
import { checkPath, checkSize, checkTemplate, InputTemplate, WHOLE_EVENT } from './input-template';
import { entriesByName } from '../private/entries';
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
   * A flat object of chosen values, sorted by name, each with its own type in JSON. It is given as the path of each field's value, by the
   * field's name: at least one field and at most 100, at most 8,192 bytes of names, and no `<` in a name; anything else fails at synthesis.
   *
   * @param fields the path of each field's value, by the field's name
   *
   * @example
   * import { FanOutPayload } from 'cdk-event-audit-archive';
   *
   * // For example {"arn":"arn:aws:iam::123456789012:user/ada","at":"2026-11-19T09:30:00Z","user":"ada"}
   * const payload = FanOutPayload.fields({ 'at': '$.time', 'arn': '$.detail.userIdentity.arn', 'user': '$.detail.userIdentity.userName' });
   */
  public static fields(fields: { [name: string]: string }): FanOutPayload {
    const prop = 'FanOutPayload.fields';
    const entries = entriesByName(fields);
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
   * A text of your own that is JSON once its placeholders are filled in. A placeholder is a name in angle brackets, such as `<who>`, and
   * its value is what `paths` has by that name: a path into the event. The whole event is `<aws.events.event.json>`, without a path.
   *
   * A placeholder stands for a whole value, never inside quotes (EventBridge does not escape there) and never for a key. An undeclared
   * placeholder, a text that is not JSON for every value, a path that the text does not use, more than 100 paths or 8,192 bytes fails
   * at synthesis. So does a `<` in a string: write JSON's escape for it, a backslash and `u003c`, but not around a mere word. What only
   * the deployment knows (a token) is let through as text.
   *
   * @param text  JSON with placeholders, such as `<who>`
   * @param paths where each placeholder's value is in the event, by the placeholder's name
   *
   * @example
   * import { FanOutPayload } from 'cdk-event-audit-archive';
   *
   * // For example {"principal":"AIDAEXAMPLE","team":"payments"}
   * const payload = FanOutPayload.template('{"principal":<who>,"team":"payments"}', { 'who': '$.detail.userIdentity.principalId' });
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

  /**
   * What EventBridge is told to send to a target of the rule.
   *
   * @param _rule the rule, which the payload does not depend on
   */
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
