"""Lints templates, one JSON text a line on standard input, and prints the findings of each as one JSON line: cfn-lint is loaded once."""

import json
import sys

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.runner import Runner

runner = Runner(ConfigMixIn(regions=["us-east-1"]))


def findings(text):
    template, errors = decode_str(text)
    matches = errors or list(runner.validate_template(template))
    return [f"{match.rule.id} {'/'.join(str(step) for step in match.path or [])}: {match.message}" for match in matches]


for line in sys.stdin:
    print(json.dumps(findings(line)), flush=True)
