# SPDX-License-Identifier: Apache-2.0
"""What has to hold whatever the machine: figures that break it would compare different work."""

import math

# The writer renews its lease every ten seconds: a measurement may see some updates more, and reads of that document.
LEASE_RENEWALS = 5
# A service knows where to ask and has a token; a process that has just been started asks each cloud for both.
FIRST_REQUESTS_PER_ACCOUNT = 4


def renewals(row):
    return LEASE_RENEWALS + int(row.get("window", row["wall"]) / 10)


def rows_expected(shape, results):
    some = max(1, shape.watched // 100)
    return {name: rows for name, rows in {
        "once": 0, "steady": 0, "some_changed": some, "after_some_changed": 0, "all_changed": shape.watched,
        "after_all_changed": 0}.items() if name in results}


def problems(shape, results):
    """Everything about the rows of a case that must not be."""
    found = [f"{name}: nothing could be measured" for name, rows in results.items() if not rows]
    if found:
        return found
    found += list(written(shape, results))
    found += list(like_floor(shape, results))
    return found


def written(shape, results):
    for name, expected in rows_expected(shape, results).items():
        # VDUs of one record are written together.
        least = math.ceil(expected / shape.vdus)
        for row in results[name]:
            if row["vdus_written"] != expected:
                yield f"{name}: {row['vdus_written']} VDUs written instead of {expected}"
            if not least <= row["updates"] <= expected + renewals(row):
                yield f"{name}: {row['updates']} updates for {expected} VDUs"


def like_floor(shape, results):
    """The same bytes received, the same documents read, the same updates sent."""
    if "floor_steady" in results:
        for row in results["steady"]:
            yield from same("steady", row, results["floor_steady"][0], exact=True)
    if "floor_first" in results:
        floor = results["floor_first"][0]
        for row in results["once"]:
            for name in ["pages", "page_bytes"]:
                if row[name] != floor[name]:
                    yield f"once: {name} {row[name]}, floor {floor[name]}"
            if not 0 <= row["requests"] - floor["pages"] <= FIRST_REQUESTS_PER_ACCOUNT * shape.vims:
                yield f"once: {row['requests']} requests for {floor['pages']} pages"
            yield from documents("once", row, floor)
    if "floor_all_changed" in results:
        floor = results["floor_all_changed"][0]
        for row in results["all_changed"]:
            yield from same("all_changed", row, floor, exact=False)
            # Accounts that are asked later in the cycle are told what was written for those before them.
            yield from documents("all_changed", row, floor, told=row["updates"])
            if not 0 <= row["updates"] - floor["updates"] <= renewals(row):
                yield f"all_changed: {row['updates']} updates, floor {floor['updates']}"
            if abs(row["bytes_in"] / floor["bytes_in"] - 1) > 0.02:
                yield f"all_changed: {row['bytes_in']} bytes sent to mongod, floor {floor['bytes_in']}"
    for ours, bare in zip(results.get("writer_ours", []), results.get("writer_bare", [])):
        if any(abs(ours[name] - bare[name]) > renewals(ours) + renewals(bare) for name in ["updates", "documents_updated"]):
            yield f"writer: {ours['updates']} updates, bare loop {bare['updates']}"
        if abs(ours["bytes_in"] / bare["bytes_in"] - 1) > 0.01:
            yield f"writer: {ours['bytes_in']} bytes sent to mongod, bare loop {bare['bytes_in']}"


def same(name, row, floor, exact):
    if row["requests"] != floor["pages"]:
        yield f"{name}: {row['requests']} requests for {floor['pages']} pages"
    # Revisions and times of objects that changed may be a few digits longer.
    if abs(row["http_bytes"] - floor["page_bytes"]) > (0 if exact else 0.001 * floor["page_bytes"]):
        yield f"{name}: {row['http_bytes']} bytes received, floor {floor['page_bytes']}"
    if exact:
        yield from documents(name, row, floor)


def documents(name, row, floor, told=0):
    if not 0 <= row["documents_returned"] - floor["documents_returned"] <= renewals(row) + told:
        yield f"{name}: {row['documents_returned']} documents read, floor {floor['documents_returned']}"
