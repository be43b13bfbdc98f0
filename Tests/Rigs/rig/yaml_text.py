# SPDX-License-Identifier: Apache-2.0
"""Writes configurations in the block style that callsieve.yaml has."""
import re

PLAIN = re.compile(r"[A-Za-z_./][A-Za-z0-9_./:-]*( [A-Za-z0-9_./-]+)*$|[0-9]+( [a-z]+)?$|[0-9.]+:[0-9]+$")


def scalar(value):
    """A text, a number or yes/no; quoted where YAML could read anything else into it."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    text = str(value)
    if PLAIN.match(text) and ": " not in text and not text.endswith(":"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def block(value, indent=0):
    """A mapping (lists of scalars inside it in brackets) as lines."""
    lines = []
    for key, item in value.items():
        name = " " * indent + scalar(key) + ":"
        if isinstance(item, dict):
            lines.append(name)
            lines += block(item, indent + 2)
        elif isinstance(item, list):
            lines.append(f"{name} [{', '.join(scalar(x) for x in item)}]")
        else:
            lines.append(f"{name} {scalar(item)}")
    return lines


def yaml_text(value):
    return "\n".join(block(value)) + "\n"
