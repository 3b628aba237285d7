# SPDX-License-Identifier: Apache-2.0
"""Many measurements of one thing, as medians and spread. A figure that is asked for and missing is an error."""

import statistics


class Missing(Exception):
    """A figure that was not measured."""


def summary(rows):
    """`{figure: [median, least, most]}` of all figures that every row has, and how many rows there were."""
    if not rows:
        raise Missing("nothing was measured")
    names = [name for name, value in rows[0].items() if isinstance(value, (int, float))]
    result = {"repeats": len(rows)}
    for name in names:
        if any(name not in row for row in rows):
            raise Missing(f"{name} is missing in some of {len(rows)} measurements")
        values = [row[name] for row in rows]
        result[name] = [tidy(value) for value in (statistics.median(values), min(values), max(values))]
    return result


def tidy(value):
    return int(value) if value == int(value) else round(value, 4)


def median(case, row, figure):
    """One median of a case's results."""
    return _of(case, row, figure)[0]


def spread(case, row, figure):
    return _of(case, row, figure)[1:]


def _of(case, row, figure):
    if case is None:
        raise Missing(f"a case without which {row}.{figure} is not known")
    results = case["results"]
    if row not in results:
        raise Missing(f"{case['name']}: {row}")
    if figure not in results[row]:
        raise Missing(f"{case['name']}: {figure} of {row}")
    return results[row][figure]
