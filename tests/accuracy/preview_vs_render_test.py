# SPDX-License-Identifier: MIT
"""The same recipes as previews and as renders: the same labels, the same tags found, like light."""
import collections
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import numpy

import accuracy

BINARIES = pathlib.Path(os.environ["RTAG_BIN"])
CONFIG = accuracy.changed(
    accuracy.CONFIG, dataset={"num_scenes": 3},
    camera={"resolution": [640, 480], "ppm_constraint": {"min": 5.0, "max": 8.0}},
    scenario={"subject": accuracy.CONFIG["scenario"]["subject"] | {
        "tag_families": ["tag36h11", "tag25h9", "DICT_5X5_1000"]}},
    renderer={"max_samples": 16})


def previews(config, dataset, folder):
    """Draws them into the folder; what draw_previews says of each label."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump(config, file)
        file.flush()
        recipes = accuracy.program(BINARIES / "rtag", "compile", file.name)
    folder.mkdir()
    lines = subprocess.run([BINARIES / "draw_previews", dataset, folder], input=recipes,
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    return [json.loads(line) for line in lines.splitlines()]


class PreviewVersusRender(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp())
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.renders = cls.folder / "renders"
        accuracy.render(BINARIES, CONFIG, cls.renders)
        cls.previews = cls.folder / "previews"
        cls.previews.mkdir()
        shutil.copy(cls.renders / "rich_truth.json", cls.previews)
        cls.labels = previews(CONFIG, cls.renders, cls.previews / "images")

    def test_labels_are_those_of_the_dataset(self):
        records = json.loads((self.renders / "rich_truth.json").read_text())["records"]
        self.assertEqual([(label["image_id"], label["tag_id"]) for label in self.labels],
                         [(record["image_id"], record["tag_id"]) for record in records])
        self.assertGreater(len(records), 20)
        numpy.testing.assert_allclose([label["corners"] for label in self.labels],
                                      [record["corners"] for record in records], atol=1e-9)

    def test_detectors_find_the_same_tags_in_the_same_places(self):
        found = [{(row["detector"], row["image_id"], row["family"], row["id"], row["ppm"]): row
                  for row in accuracy.detections(BINARIES, dataset)}
                 for dataset in (self.renders, self.previews)]
        render, preview = found
        self.assertEqual({key: row["outcome"] for key, row in render.items()},
                         {key: row["outcome"] for key, row in preview.items()})
        outcomes = collections.Counter(row["outcome"] for row in preview.values())
        print(f"outcomes {dict(outcomes)}")
        self.assertGreater(outcomes["found"], 30)
        for detector, bar_px in (("libapriltag", 0.1), ("opencv", 0.2)):
            keys = [key for key in render if key[0] == detector]
            moved = (accuracy.errors_px([preview[key] for key in keys])
                     - accuracy.errors_px([render[key] for key in keys]))
            rms = numpy.sqrt((moved**2).mean(axis=0))
            print(f"{detector}: preview - render, RMS {rms} px, mean {moved.mean(axis=0)} px")
            self.assertLess(rms.max(), bar_px)

    def test_markers_are_as_bright(self):
        signed = numpy.array([label["mean_difference"] for label in self.labels])
        absolute = numpy.array([label["mean_absolute_difference"] for label in self.labels])
        print(f"levels of 255: mean {signed.mean():+.2f}, mean absolute {absolute.mean():.2f}, "
              f"worst marker {absolute.max():.2f}")
        self.assertLess(abs(signed.mean()), 5)
        self.assertLess(absolute.max(), 10)


if __name__ == "__main__":
    unittest.main()
