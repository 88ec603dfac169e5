# SPDX-License-Identifier: MIT
"""The short version of scripts/accuracy, and proof that it notices labels that are wrong."""
import copy
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import accuracy

BINARIES = pathlib.Path(os.environ["RTAG_BIN"])
FAMILIES = [*accuracy.APRILTAG, "DICT_4X4_50", "DICT_5X5_1000", "DICT_7X7_250",
            "DICT_ARUCO_ORIGINAL"]
CONFIG = accuracy.changed(
    accuracy.CONFIG, dataset={"num_scenes": 5},
    camera={"resolution": [640, 480], "ppm_constraint": {"min": 4.5, "max": 7.0}},
    scenario={"subject": accuracy.CONFIG["scenario"]["subject"] | {"tag_families": FAMILIES}})


class Accuracy(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.dataset = cls.folder / "dataset"
        accuracy.render(BINARIES, CONFIG, cls.dataset)
        cls.rows = accuracy.detections(BINARIES, cls.dataset)
        cls.truth = json.loads((cls.dataset / "rich_truth.json").read_text())

    def rows_with(self, change):
        """The rows against labels that `change` has spoilt."""
        truth = copy.deepcopy(self.truth)
        for record in truth["records"]:
            change(record)
        with tempfile.TemporaryDirectory() as temporary:
            spoilt = pathlib.Path(temporary)
            (spoilt / "images").symlink_to(self.dataset / "images")
            (spoilt / "rich_truth.json").write_text(json.dumps(truth))
            return accuracy.detections(BINARIES, spoilt)

    def test_detectors_find_every_tag_with_its_id_and_its_order_of_corners(self):
        self.assertEqual(accuracy.detection_faults(self.rows), [])

    def test_corners_lie_where_libapriltag_sees_them(self):
        self.assertEqual(accuracy.corner_faults(self.rows), [])

    def test_there_is_enough_to_look_at(self):
        labels = {detector: len(rows) for (detector,), rows
                  in accuracy.by(self.rows, "detector").items()}
        self.assertGreaterEqual(labels["libapriltag"], 15)
        self.assertGreaterEqual(labels["opencv"], 35)

    def test_labels_of_opencvs_pixel_convention_are_noticed(self):
        def shift(record):
            record["corners"] = [corner and [corner[0] - 0.5, corner[1]]
                                 for corner in record["corners"]]
        rows = self.rows_with(shift)
        faults = accuracy.corner_faults(rows)
        self.assertEqual([fault.split(" is ")[0] for fault in faults],
                         ["mean error in x", "RMS error in x"])

    def test_another_order_of_corners_is_noticed(self):
        def turn(record):
            record["corners"] = record["corners"][1:] + record["corners"][:1]
        rows = self.rows_with(turn)
        self.assertEqual({row["outcome"] for row in rows}, {"wrong_order"})
        self.assertEqual(len(accuracy.detection_faults(rows)), len(rows))

    def test_another_id_is_noticed(self):
        def rename(record):
            record["tag_id"] += 1
        self.assertEqual({row["outcome"] for row in self.rows_with(rename)}, {"wrong_id"})

    def test_labels_without_a_tag_are_noticed(self):
        def move(record):
            record["corners"] = [corner and [corner[0] + 30, corner[1] + 30]
                                 for corner in record["corners"]]
        faults = accuracy.detection_faults(self.rows_with(move))
        self.assertTrue(any("are missing" in fault for fault in faults), faults)


if __name__ == "__main__":
    unittest.main()
