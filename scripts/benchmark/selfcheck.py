# SPDX-License-Identifier: Apache-2.0
"""Checks the arithmetic and the report on made-up measurements, before anything is measured: a figure that is missing or
does not agree has to be found, not left out. `scripts/bench --self-check` does only this."""

import json
import unittest
import xml.etree.ElementTree

from benchmark import cases, checks, figures, plot, report, special, targets
from benchmark.world import Shape

FIGURES = {"wall": 2.0, "cpu": 1.0, "mongod_cpu": 0.5, "peak_mb": 70.0, "requests": 5, "http_bytes": 4000, "finds": 3,
           "get_mores": 1, "update_commands": 0, "documents_returned": 30, "updates": 0, "bytes_in": 900, "load": 1.0,
           "vdus_written": 0, "pages": 5, "page_bytes": 4000, "documents_updated": 0}


def rows(shape):
    """What a run in which all agrees would measure."""
    changed = {"updates": shape.watched, "vdus_written": shape.watched}
    some = {"updates": shape.watched // 100, "vdus_written": shape.watched // 100}
    one = {name: [dict(FIGURES), {**FIGURES, "cpu": 3.0}] for name in report.TITLES}
    for name in ["all_changed", "floor_all_changed", "writer_ours", "writer_bare"]:
        one[name] = [{**FIGURES, **changed}]
    one["some_changed"] = [{**FIGURES, **some}]
    return one


def everything():
    made = report.Report()
    for case in cases.SIZES:
        made.sizes.append({
            "name": case.name, "vims": case.shape.vims, "vms": case.shape.vms, "ports": 2, "vdus": case.shape.vdus,
            "isFullSize": True, "note": case.note, "problems": [],
            "model": {"sample": 1, "vms": 9, "load": 1, "unchanged": {"cpu": 900, "wall": 900},
                      "all_changed": {"cpu": 900, "wall": 900}},
            "results": {name: figures.summary(one) for name, one in rows(case.shape).items()}})
    shape = Shape(10, 100)
    memory = {"servers": 1, "cpu": 1, "wall": 1, "peak_mb": 60, "held_before_mb": 50, "held_after_mb": 50, "http_mb": 1}
    polls = {"slow_polls": 1, "least_polls": 1, "median_polls": 1, "periods": 10, "period": 4}
    for name, results in [
        ("unwatched", {"alone": memory, "beside": memory, "more_peak_mb": 1, "more_held_mb": 1}),
        ("latency", {"latency": 0.2, "in_flight": 16, "requests_in_sequence": 1, "wall": 13, "ideal": 12.5,
                     "ratio": 1.04, "cpu": 1, "simulator_threads": 4}),
        ("slow-account", {"seconds_per_page": 30, "without": polls, "with": polls}),
    ]:
        made.specials.append(special.entry(name, shape, True, results, []))
    made.isComplete = True
    return made


class SelfCheck(unittest.TestCase):
    def test_medians(self):
        self.assertEqual(figures.summary([{"a": 3}, {"a": 1}, {"a": 2}]), {"repeats": 3, "a": [2, 1, 3]})

    def test_figures_that_are_missing_are_errors(self):
        for bad in [[], [{"a": 1}, {"b": 1}]]:
            self.assertRaises(figures.Missing, figures.summary, bad)
        case = everything().sizes[0]
        self.assertRaises(figures.Missing, figures.median, case, "no such row", "cpu")
        self.assertRaises(figures.Missing, figures.median, case, "steady", "no such figure")

    def test_agreement(self):
        shape = Shape(2, 100)
        self.assertEqual(checks.problems(shape, rows(shape)), [])

    def test_disagreement_is_found(self):
        shape = Shape(2, 100)
        for row, figure, value in [
            ("steady", "http_bytes", 4001), ("steady", "requests", 6), ("steady", "documents_returned", 29),
            ("steady", "documents_returned", 60), ("steady", "updates", 40), ("steady", "vdus_written", 1),
            ("once", "page_bytes", 3999), ("once", "requests", 40), ("once", "documents_returned", 29),
            ("some_changed", "vdus_written", 1), ("all_changed", "updates", 190), ("all_changed", "bytes_in", 800),
            ("all_changed", "http_bytes", 4400), ("all_changed", "documents_returned", 400),
            ("all_changed", "documents_returned", 29),
            ("writer_ours", "bytes_in", 800), ("writer_ours", "updates", 150),
        ]:
            wrong = rows(shape)
            wrong[row][0][figure] = value
            self.assertNotEqual(checks.problems(shape, wrong), [], f"{row}.{figure} = {value}")
        self.assertEqual(len(checks.problems(shape, {**rows(shape), "steady": []})), 1)

    def test_targets_of_a_whole_run(self):
        made = everything()
        self.assertEqual(made.problems(), [])
        self.assertTrue(all(outcome.isMet is not None for outcome in targets.outcomes(made.cases)))
        self.assertIn("yes", made.markdown())

    def test_a_target_that_is_not_met_says_so(self):
        made = everything()
        main = made.cases[cases.MAIN]
        main["results"]["steady"]["cpu"] = [99, 99, 99]
        missed = [outcome for outcome in targets.outcomes(made.cases) if outcome.isMet is False]
        self.assertIn("**no**", made.markdown())
        self.assertEqual(len(missed), 2)

    def test_a_whole_run_without_a_figure_fails(self):
        for drop in [lambda made: made.sizes.pop(), lambda made: made.specials.pop(),
                     lambda made: made.cases[cases.MAIN]["results"].pop("writer_bare")]:
            made = everything()
            drop(made)
            self.assertNotEqual(made.problems(), [])

    def test_smaller_worlds_are_not_judged(self):
        made = everything()
        for case in made.cases.values():
            case["isFullSize"] = False
        self.assertTrue(all(outcome.isMet is None for outcome in targets.outcomes(made.cases)))

    def test_files(self):
        made = everything()
        self.assertEqual(json.loads(made.json())["sizes"], json.loads(json.dumps(made.sizes)))
        root = xml.etree.ElementTree.fromstring(plot.draw(made.sizes))
        self.assertGreater(len(root.findall(".//{*}circle")), 10)


def run():
    """Whether all is well; what is not is printed."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(SelfCheck)
    return unittest.TextTestRunner(verbosity=0, failfast=True).run(suite).wasSuccessful()
